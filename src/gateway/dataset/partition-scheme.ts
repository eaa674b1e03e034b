import { DataType, Schema } from 'apache-arrow';
import type { DatePart, DatasetField, Partition, PartitionColumn } from '../../contract/dataset';
import { contractFields } from '../arrow/schema';
import { GatewayError } from '../gateway-error';
import { hiveType } from './hive-type';

/** How a statement's columns become directories and columns of files. */
export interface PartitionScheme {
  readonly partitions: readonly Partition[];
  /** For each partition the column of the statement, by its place. */
  readonly keyColumns: readonly number[];
  /** The columns of the statement that the files have, by their place. */
  readonly fileColumns: readonly number[];
  readonly fileSchema: Schema;
  /** All columns of the statement. */
  readonly fields: readonly DatasetField[];
}

/** Throws GatewayError `dataset-mismatch` for names used twice, `bad-request` for a partition that cannot be one. */
export function partitionScheme(schema: Schema, wanted: readonly PartitionColumn[]): PartitionScheme {
  const names = schema.fields.map(({ name }) => name);
  refuseTwins(names);
  const partitions = wanted.map(column => partitionOf(schema, column));
  refuseTwins([...names, ...partitions.filter(({ part }) => part !== null).map(({ name }) => name)]);
  refuseTwins(partitions.map(({ name }) => name));
  const left = new Set(partitions.filter(({ part }) => part === null).map(({ column }) => column));
  const fileColumns = names.flatMap((name, index) => (left.has(name) ? [] : [index]));
  if (fileColumns.length === 0) {
    throw new GatewayError(
      'bad-request',
      'Every column would be a partition, so the files would have none.',
      {
        action: 'Leave at least one column that is not in the partitions.'
      }
    );
  }
  return {
    partitions,
    keyColumns: partitions.map(({ column }) => names.indexOf(column)),
    fileColumns,
    fileSchema: new Schema(
      fileColumns.map(column => schema.fields[column]!),
      schema.metadata
    ),
    fields: contractFields(schema).map((field, index) => ({
      ...field,
      hive: hiveType(schema.fields[index]!.type)
    }))
  };
}

const PART_TYPES: Readonly<Record<DatePart, string>> = { year: 'int', month: 'string', day: 'date' };

function partitionOf(schema: Schema, { column, part }: PartitionColumn): Partition {
  const field = schema.fields.find(({ name }) => name === column);
  if (!field) {
    throw new GatewayError('bad-request', `The statement has no column ${column} to partition by.`, {
      subject: column,
      action: `Choose from its columns: ${schema.fields.map(({ name }) => name).join(', ')}.`
    });
  }
  const { type } = field;
  if (/^[._]/.test(column)) {
    throw notAPartition(
      column,
      'begins with what makes readers of directories pass them by',
      'Give it another name with AS.'
    );
  }
  if (part !== null) {
    if (!DataType.isDate(type) && !DataType.isTimestamp(type)) {
      throw notAPartition(column, `has no ${part}: it is no date or timestamp`);
    }
    return { name: `${column}_${part}`, column, part, hive: PART_TYPES[part] };
  }
  if (DataType.isTimestamp(type)) {
    throw notAPartition(column, 'is a timestamp, which would make a directory of each microsecond');
  }
  if (!isKey(type)) {
    throw notAPartition(column, `has a type whose values do not name directories (${type})`);
  }
  return { name: column, column, part: null, hive: hiveType(type) };
}

function isKey(type: DataType): boolean {
  return DataType.isBool(type) || DataType.isInt(type) || DataType.isUtf8(type) || DataType.isDate(type);
}

function notAPartition(
  column: string,
  reason: string,
  action = 'Partition by a text, integer, boolean or date, or by the year, month or day of a date or timestamp.'
): GatewayError {
  return new GatewayError('bad-request', `The column ${column} ${reason}.`, { subject: column, action });
}

/** Readers of Parquet datasets find columns by their name; most of them, Athena for one, whatever its case. */
function refuseTwins(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    const folded = name.toLowerCase();
    if (seen.has(folded)) {
      throw new GatewayError('dataset-mismatch', `Two columns of the dataset would be called ${name}.`, {
        subject: name,
        action: 'Give one of them another name with AS.'
      });
    }
    seen.add(folded);
  }
}
