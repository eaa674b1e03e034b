import { MANIFESTS } from '../../contract/dataset';

/** A dataset's prefix has no slash at its end. */
export interface DatasetAddress {
  readonly bucket: string;
  readonly prefix: string;
}

/** Plans and reports of jobs on Spark, relative to the dataset's prefix. */
export const JOBS = '_jobs/';

const SEQUENCE_DIGITS = 10;

export const uriOfDataset = ({ bucket, prefix }: DatasetAddress): string => `s3://${bucket}/${prefix}`;

/** Relative to the dataset's prefix. */
export const folderOf = (version: string): string => `v=${version}/`;

export function manifestKey({ prefix }: DatasetAddress, sequence: number): string {
  return `${prefix}/${MANIFESTS}${String(sequence).padStart(SEQUENCE_DIGITS, '0')}.json`;
}

/** The sequence that a key below `_manifests/` names, or null for another object. */
export function sequenceOf({ prefix }: DatasetAddress, key: string): number | null {
  const name = key.slice(`${prefix}/${MANIFESTS}`.length);
  return /^\d{10}\.json$/.test(name) ? Number.parseInt(name, 10) : null;
}

/** Sorts by time: `20261125T221500Z-3f9a1c2b`. */
export function versionName(now: number, id: string): string {
  const time = new Date(now).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
  return `${time}-${id.replaceAll('-', '').slice(0, 8)}`;
}
