import { randomUUID } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ObjectSettings } from '../../contract/object-settings';
import { DATASET_FORMAT, type DatasetFile, type DatasetRequest, type Manifest } from '../../contract/dataset';
import { decodeSchema } from '../arrow/ipc';
import { readAwsError } from '../aws-failure';
import { GatewayError } from '../gateway-error';
import type { RowSource } from '../results/row-source';
import type { Journal } from '../s3/journal';
import type { Lane } from '../s3/lane';
import { persisting } from '../s3/persist';
import { CarryOver } from './carry-over';
import { confirmFolder } from './confirm-folder';
import { checkCompatible } from './compatible';
import { manifestKey, uriOfDataset, versionName, type DatasetAddress } from './layout';
import { Manifests } from './manifests';
import { PartFiles } from './part-files';
import type { FileFormat } from '../formats/file-format';
import { partitionScheme, type PartitionScheme } from './partition-scheme';
import { fileSchemaMessage, partitionedRows } from './partitioned-rows';
import { removeDebt } from './remove';

const TARGET_FILE_BYTES = 256 * 2 ** 20;
/** S3 copies objects of up to 5 GiB in one request, and the next version is made of copies. */
const LARGEST_FILE_BYTES = 4 * 2 ** 30;
/** Others that commit at the same moment. */
const COMMIT_ATTEMPTS = 25;

/** What the manifest says besides the files. */
export type Provenance = Pick<Manifest, 'tool' | 'user' | 'notebook' | 'query' | 'source'>;

export interface VersionOrder {
  readonly address: DatasetAddress;
  readonly request: DatasetRequest;
  readonly settings: ObjectSettings;
  /** Asked once the rows are written. */
  readonly provenance: () => Provenance;
}

export interface VersionSurroundings {
  readonly s3: S3Client;
  readonly journal: Journal;
  readonly lane: Lane;
  readonly format: FileFormat;
  readonly now: () => number;
}

export interface VersionProgress {
  readonly signal: AbortSignal;
  phase(name: 'writing' | 'copying' | 'committing'): void;
  rows(rows: number): void;
  bytes(bytes: number): void;
  file(): void;
  /** Throws unless every row that was read is in a file. */
  confirm(): void;
}

/**
 * All rows of `source` as a new version of a dataset, which is visible whole or not at all: whatever fails, nothing of it
 * stays on S3, or the journal knows of it. Gives the committed manifest. Throws what the source throws, GatewayError
 * `dataset-mismatch`, `dataset-conflict`, `dataset-unreadable`, `export-incomplete` or `bad-request`, what the AWS SDK
 * throws, or the reason of the signal.
 */
export async function writeVersion(
  source: RowSource,
  order: VersionOrder,
  surroundings: VersionSurroundings,
  progress: VersionProgress
): Promise<Manifest> {
  const { s3, journal, format, now } = surroundings;
  const { address, request, settings } = order;
  const manifests = new Manifests(s3, address, settings);
  const base = request.mode === 'new-version' ? null : await manifests.newest();
  const scheme = partitionScheme(decodeSchema(await source.schema()), request.partitionBy);
  checkMode(request, scheme, address);
  if (base) {
    checkCompatible(base, scheme, format.fileFormat, address);
  }
  const version = versionName(now(), randomUUID());
  const debt = { kind: 'version', bucket: address.bucket, key: address.prefix, id: version } as const;
  await journal.owe(debt);
  try {
    progress.phase('writing');
    const written = await writeFiles(source, scheme, version, order, surroundings, progress);
    progress.confirm();
    progress.phase('copying');
    const options = { address, version, mode: request.mode, partitions: scheme.partitions, base, written };
    const carryOver = new CarryOver(s3, {
      ...options,
      fileFormat: format.fileFormat,
      settings,
      signal: progress.signal
    });
    const draft = (head: Head, carried: readonly DatasetFile[]): Manifest =>
      manifestOf([...carried, ...written], head, scheme, version, order, surroundings);
    const manifest = await commit(manifests, request, carryOver, draft, scheme, surroundings, progress);
    await journal.settle(debt);
    return manifest;
  } catch (error) {
    await removeDebt(s3, debt).then(
      () => journal.settle(debt),
      () => journal.leave(debt)
    );
    throw error;
  }
}

async function writeFiles(
  source: RowSource,
  scheme: PartitionScheme,
  version: string,
  { address, request, settings }: VersionOrder,
  { s3, journal, lane, format }: VersionSurroundings,
  progress: VersionProgress
): Promise<readonly DatasetFile[]> {
  const { signal } = progress;
  const files = new PartFiles(
    {
      ...{ address, version, format, partitions: scheme.partitions },
      schema: scheme.partitions.length === 0 ? await source.schema() : fileSchemaMessage(scheme),
      targetFileBytes: Math.min(request.targetFileBytes ?? TARGET_FILE_BYTES, LARGEST_FILE_BYTES),
      onRows: rows => progress.rows(rows),
      onFile: () => progress.file()
    },
    {
      ...{ client: s3, journal, lane, signal, contentType: format.contentType },
      ...{ settings, overwrite: true, ownsKey: true },
      onBytes: bytes => progress.bytes(bytes)
    }
  );
  const abandon = () => void files.abandon(signal.reason);
  signal.addEventListener('abort', abandon);
  try {
    for await (const { values, message, rows } of partitionedRows(source, scheme, signal)) {
      await files.add(values, message, rows);
    }
    return await files.finish();
  } catch (error) {
    await files.abandon(error);
    throw error;
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}

interface Head {
  readonly sequence: number;
  readonly version: string | null;
}

/** Takes the next free place in the row of versions; whoever comes second builds on the first, or fails. */
async function commit(
  manifests: Manifests,
  { mode }: DatasetRequest,
  carryOver: CarryOver,
  draft: (head: Head, carried: readonly DatasetFile[]) => Manifest,
  scheme: PartitionScheme,
  { s3, format }: VersionSurroundings,
  progress: VersionProgress
): Promise<Manifest> {
  const { signal } = progress;
  for (let attempt = 0; attempt < COMMIT_ATTEMPTS; attempt++) {
    const sequence = await persisting(s3, signal, () => manifests.newestSequence());
    const head =
      sequence === 0 ? null : await persisting(s3, signal, () => readHead(manifests, sequence, mode));
    if (head && mode !== 'new-version') {
      checkCompatible(head, scheme, format.fileFormat, manifests.address);
    }
    const carried = await carryOver.from(head).catch(async (error: unknown) => {
      // Whoever committed meanwhile may have deleted the version that is copied.
      if (readAwsError(error).name === 'NoSuchKey' && (await manifests.newestSequence()) !== sequence) {
        return null;
      }
      throw error;
    });
    if (!carried) {
      continue;
    }
    const manifest = draft({ sequence, version: head?.version ?? null }, carried);
    progress.phase('committing');
    const { version, files } = manifest;
    await persisting(s3, signal, () => confirmFolder(s3, manifests.address, version, files));
    signal.throwIfAborted();
    if (await committed(manifests, manifest, s3)) {
      return manifest;
    }
  }
  const subject = uriOfDataset(manifests.address);
  throw new GatewayError(
    'dataset-conflict',
    `Others keep writing ${subject}, so this export found no place.`,
    {
      subject,
      action: 'Export again when fewer write to this dataset at the same time.'
    }
  );
}

/** A new version needs nothing of the one before. */
async function readHead(
  manifests: Manifests,
  sequence: number,
  mode: DatasetRequest['mode']
): Promise<Manifest | null> {
  try {
    return await manifests.read(sequence);
  } catch (error) {
    if (mode === 'new-version' && error instanceof GatewayError) {
      return null;
    }
    throw error;
  }
}

/** The answer may be lost after S3 has written the manifest; then it is looked for. */
async function committed(manifests: Manifests, manifest: Manifest, s3: S3Client): Promise<boolean> {
  // From here on a cancel comes too late.
  const { signal } = new AbortController();
  try {
    return await persisting(s3, signal, () => manifests.commit(manifest));
  } catch (error) {
    const found = await manifests.read(manifest.sequence).catch(() => null);
    if (found?.version === manifest.version) {
      return true;
    }
    throw error;
  }
}

function manifestOf(
  files: readonly DatasetFile[],
  head: Head,
  scheme: PartitionScheme,
  version: string,
  { request, provenance }: VersionOrder,
  { format, now }: VersionSurroundings
): Manifest {
  return {
    format: DATASET_FORMAT,
    formatVersion: 1,
    sequence: head.sequence + 1,
    version,
    parent: head.version,
    mode: request.mode,
    committedAt: new Date(now()).toISOString(),
    fileFormat: format.fileFormat,
    ...provenance(),
    schema: scheme.fields,
    partitions: scheme.partitions,
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    files
  };
}

function checkMode({ mode }: DatasetRequest, { partitions }: PartitionScheme, address: DatasetAddress): void {
  if (mode === 'replace-partitions' && partitions.length === 0) {
    throw new GatewayError('bad-request', 'Without partitions there is none to replace.', {
      subject: uriOfDataset(address),
      action: 'Name the partitions, or export a new version, which replaces all rows.'
    });
  }
}

export const uriOfManifest = (address: DatasetAddress, { sequence }: Manifest): string =>
  `s3://${address.bucket}/${manifestKey(address, sequence)}`;
