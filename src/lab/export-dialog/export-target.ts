import { partitionsOf, type ExportKind } from './destination';
import { type FileChoice } from './file-choice';

/** Where an export goes: `s3://bucket/key`. */
export interface ExportTarget {
  readonly bucket: string;
  /** Of a dataset its prefix. */
  readonly key: string;
  readonly kind: ExportKind;
  readonly format: FileChoice;
  /** As they were typed: `created_at:month, status`. */
  readonly partitions: string;
  /** Where Spark does it; null for the gateway itself, undefined where nobody has chosen. */
  readonly spark?: SparkPlace | null;
}

/** Machines of SageMaker, or the one that the gateway is on. */
export type SparkPlace =
  | { readonly engine: 'sagemaker'; readonly instanceType: string; readonly instances: number }
  | { readonly engine: 'local'; readonly startedBy: 'gateway' };

/** A dataset's prefix that names what is exported, such as `exports/orders-by-month`. */
export function proposedKey(name: string): string {
  const safe = name
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}._-]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return `exports/${safe || 'query'}`;
}

/** What is wrong with a target, as one sentence that says what to do, or null. */
export function problemWith({ bucket, key, kind, partitions }: ExportTarget): string | null {
  if (kind !== 'object' && partitionsOf(partitions) === null) {
    return 'Write partitions as columns or date parts, such as created_at:month, status.';
  }
  if (kind === 'replace-partitions' && partitionsOf(partitions)?.length === 0) {
    return 'Name the partitions that are replaced, such as created_at:month.';
  }
  if (bucket === '') {
    return 'Name the bucket to export to.';
  }
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) || bucket.includes('..')) {
    return 'A bucket name has 3 to 63 lower-case letters, digits, dots and hyphens.';
  }
  if (key === '' || key.endsWith('/')) {
    return `Name the ${kind === 'object' ? 'object to write, such as exports/orders.parquet' : 'dataset, such as exports/orders'}.`;
  }
  if (key.startsWith('/') || key.includes('//')) {
    return 'Remove the empty folder name from the key: it has a slash too many.';
  }
  if (new TextEncoder().encode(key).length > 1024) {
    return 'Shorten the key: Amazon S3 allows 1,024 bytes.';
  }
  return null;
}

/** Bucket and key of what a person typed into either field, also of a whole `s3://` address as the key. */
export function addressOf(bucket: string, key: string): Pick<ExportTarget, 'bucket' | 'key'> {
  const address = /^s3:\/\/([^/]*)\/(.*)$/.exec(key.trim());
  return address
    ? { bucket: address[1] ?? '', key: address[2] ?? '' }
    : { bucket: bucket.trim(), key: key.trim() };
}
