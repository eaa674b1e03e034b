import { NULL_PARTITION, type Partition } from '../../contract/dataset';

/**
 * What Hive and Spark write as %XX in a directory's name.
 * Source: https://github.com/apache/hive/blob/master/common/src/java/org/apache/hadoop/hive/common/FileUtils.java
 */
// eslint-disable-next-line no-control-regex
const ESCAPED = /[\u0001-\u001f"#%'*/:=?\\\u007f{[\]^]/g;

/** `status=paid%2Fopen/created_at_month=2026-01/` for a value of each partition; NULL and '' share a directory, as in Hive. */
export function directoryOf(partitions: readonly Partition[], values: readonly (string | null)[]): string {
  return partitions
    .map(({ name }, index) => `${escaped(name)}=${escapedValue(values[index] ?? null)}/`)
    .join('');
}

function escapedValue(value: string | null): string {
  return value === null || value === '' ? NULL_PARTITION : escaped(value);
}

function escaped(text: string): string {
  return text.replace(
    ESCAPED,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  );
}
