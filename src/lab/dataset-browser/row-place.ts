import { type IStorageClient, type DatasetPlace, type ObjectPlace } from '../tokens';
import { formatOfKey, type ReadTarget } from '../read-code/read-code';
import { uriOf } from './describe-dataset';
import { type DatasetRow, type Readable } from './dataset-row';

/** What the gateway is asked about. */
export interface Place {
  readonly place: DatasetPlace | ObjectPlace;
  /** Of a dataset; null for the newest, and for an object. */
  readonly version: string | null;
  /** As a person knows it. */
  readonly uri: string;
  /** How many it has; first rows are those of the first. */
  readonly files: number;
}

/** Where the first rows of a row can be read; null where it is no Parquet, as far as its name tells. */
export function previewable(row: DatasetRow | null): Place | null {
  switch (row?.kind) {
    case 'dataset': {
      const { bucket, prefix, newest } = row.dataset;
      return (
        newest && {
          place: { bucket, prefix },
          version: newest.version,
          uri: uriOf(row),
          files: newest.files
        }
      );
    }
    case 'version':
      return versionPlace(row);
    case 'file':
      return parquet(row.dataset.bucket, `${row.dataset.prefix}/${row.file.path}`);
    case 'object':
      return parquet(row.bucket, row.object.key);
    default:
      return null;
  }
}

/** What of a row may be deleted: a whole dataset, a version that is not the newest, or a single file; null for the rest. */
export function deletable(row: DatasetRow | null): Place | null {
  if (row?.kind === 'dataset') {
    const { bucket, prefix, newest } = row.dataset;
    return { place: { bucket, prefix }, version: null, uri: uriOf(row), files: newest?.files ?? 0 };
  }
  if (row?.kind === 'version') {
    return row.isNewest ? null : versionPlace(row);
  }
  return row?.kind === 'object'
    ? { place: { bucket: row.bucket, key: row.object.key }, version: null, uri: uriOf(row), files: 1 }
    : null;
}

/** What code reads: of a dataset its newest version. */
export async function readTargetOf(storage: IStorageClient, row: Readable): Promise<ReadTarget> {
  if (row.kind === 'object') {
    return { kind: 'object', uri: uriOf(row), format: formatOfKey(row.object.key) };
  }
  if (row.kind === 'file') {
    return { kind: 'object', uri: uriOf(row), format: formatOfKey(row.file.path) };
  }
  const { bucket, prefix } = row.dataset;
  const manifest = await storage.manifest(
    { bucket, prefix },
    row.kind === 'version' ? row.version.version : null
  );
  return { kind: 'dataset', uri: `s3://${bucket}/${prefix}`, manifest };
}

function versionPlace(row: Extract<DatasetRow, { readonly kind: 'version' }>): Place {
  const { bucket, prefix } = row.dataset;
  const { version, files } = row.version;
  return { place: { bucket, prefix }, version, uri: uriOf(row), files };
}

function parquet(bucket: string, key: string): Place | null {
  return formatOfKey(key) === 'parquet'
    ? { place: { bucket, key }, version: null, uri: `s3://${bucket}/${key}`, files: 1 }
    : null;
}
