import type { Glue, PartitionInput, StorageDescriptor, TableInput } from '@aws-sdk/client-glue';
import { NULL_PARTITION, type Manifest } from '../../contract/dataset';
import { directoryOf } from './hive-path';
import { folderOf, uriOfDataset, type DatasetAddress } from './layout';

interface GlueTable {
  readonly database: string;
  readonly table: string;
}

/** What Glue takes with one request. */
const CREATED_AT_ONCE = 100;
const DELETED_AT_ONCE = 25;

/** The parameter of a Glue table that says which dataset it shows. */
const DATASET_PARAMETER = 'jupyterlab-replica.dataset';

/**
 * Makes a table of the Glue Data Catalog show one version of a dataset: Athena and Spark then read it by name. Rejects with
 * what the AWS SDK throws, and for a table of that name that shows something else.
 */
export async function registerInGlue(
  glue: Glue,
  address: DatasetAddress,
  manifest: Manifest,
  { database, table }: GlueTable
): Promise<void> {
  if (manifest.fileFormat !== 'parquet') {
    throw new Error(`only Parquet can be registered, and the files are ${manifest.fileFormat}.`);
  }
  const known = await existing(glue, database, table);
  if (known && known.dataset !== uriOfDataset(address)) {
    throw new Error(`there is already a table of that name, which does not show ${uriOfDataset(address)}.`);
  }
  const TableInput = tableInput(address, manifest, table);
  const command = { DatabaseName: database, TableInput };
  await (known ? glue.updateTable(command) : glue.createTable(command));
  if (manifest.partitions.length > 0) {
    await replacePartitions(glue, address, manifest, { database, table });
  }
}

async function existing(
  glue: Glue,
  DatabaseName: string,
  Name: string
): Promise<{ readonly dataset: string | null } | null> {
  try {
    const { Table } = await glue.getTable({ DatabaseName, Name });
    return { dataset: Table?.Parameters?.[DATASET_PARAMETER] ?? null };
  } catch (error) {
    if (
      error instanceof Error &&
      error.name === 'EntityNotFoundException' &&
      !/database/i.test(error.message)
    ) {
      return null;
    }
    throw error;
  }
}

function tableInput(address: DatasetAddress, manifest: Manifest, Name: string): TableInput {
  return {
    Name,
    TableType: 'EXTERNAL_TABLE',
    Parameters: {
      EXTERNAL: 'TRUE',
      classification: 'parquet',
      [DATASET_PARAMETER]: uriOfDataset(address),
      'jupyterlab-replica.version': manifest.version
    },
    PartitionKeys: manifest.partitions.map(({ name, hive }) => ({ Name: name, Type: hive })),
    StorageDescriptor: storage(address, manifest, folderOf(manifest.version))
  };
}

function storage({ bucket, prefix }: DatasetAddress, manifest: Manifest, folder: string): StorageDescriptor {
  const keys = new Set(manifest.partitions.filter(({ part }) => part === null).map(({ column }) => column));
  return {
    Columns: manifest.schema
      .filter(({ name }) => !keys.has(name))
      .map(({ name, hive, type }) => ({ Name: name, Type: hive, Comment: type.slice(0, 255) })),
    Location: `s3://${bucket}/${prefix}/${folder}`,
    InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
    SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' }
  };
}

async function replacePartitions(
  glue: Glue,
  address: DatasetAddress,
  manifest: Manifest,
  { database, table }: GlueTable
): Promise<void> {
  const names = { DatabaseName: database, TableName: table };
  const wanted = partitionInputs(address, manifest);
  const known = new Set<string>();
  const extra: string[][] = [];
  for await (const values of partitionValues(glue, names)) {
    const key = JSON.stringify(values);
    known.add(key);
    if (!wanted.has(key)) {
      extra.push(values);
    }
  }
  const entries = [...wanted];
  for (const some of chunks(
    entries.filter(([key]) => !known.has(key)),
    CREATED_AT_ONCE
  )) {
    const { Errors } = await glue.batchCreatePartition({
      ...names,
      PartitionInputList: some.map(([, input]) => input)
    });
    refuse(Errors?.[0]?.ErrorDetail?.ErrorMessage);
  }
  for (const some of chunks(
    entries.filter(([key]) => known.has(key)),
    CREATED_AT_ONCE
  )) {
    const Entries = some.map(([, input]) => ({
      PartitionValueList: input.Values ?? [],
      PartitionInput: input
    }));
    const { Errors } = await glue.batchUpdatePartition({ ...names, Entries });
    refuse(Errors?.[0]?.ErrorDetail?.ErrorMessage);
  }
  for (const some of chunks(extra, DELETED_AT_ONCE)) {
    const PartitionsToDelete = some.map(Values => ({ Values }));
    const { Errors } = await glue.batchDeletePartition({ ...names, PartitionsToDelete });
    // One that stays would show rows of a version before.
    const left = Errors?.find(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== 'EntityNotFoundException');
    refuse(left?.ErrorDetail?.ErrorMessage);
  }
}

function partitionInputs(address: DatasetAddress, manifest: Manifest): ReadonlyMap<string, PartitionInput> {
  const inputs = new Map<string, PartitionInput>();
  for (const { partition } of manifest.files) {
    const Values = partition.map(value => value || NULL_PARTITION);
    const folder = folderOf(manifest.version) + directoryOf(manifest.partitions, partition);
    inputs.set(JSON.stringify(Values), { Values, StorageDescriptor: storage(address, manifest, folder) });
  }
  return inputs;
}

async function* partitionValues(
  glue: Glue,
  names: { readonly DatabaseName: string; readonly TableName: string }
): AsyncGenerator<string[], void, undefined> {
  let NextToken: string | undefined;
  do {
    const page = await glue.getPartitions({ ...names, NextToken, ExcludeColumnSchema: true });
    for (const { Values } of page.Partitions ?? []) {
      yield Values ?? [];
    }
    NextToken = page.NextToken;
  } while (NextToken);
}

function* chunks<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let from = 0; from < all.length; from += size) {
    yield all.slice(from, from + size);
  }
}

function refuse(message: string | undefined): void {
  if (message !== undefined) {
    throw new Error(message);
  }
}
