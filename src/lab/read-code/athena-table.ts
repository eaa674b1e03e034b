import { type Manifest, NULL_PARTITION } from '../../contract/dataset';

/**
 * A version of a dataset as a table of Athena: CREATE EXTERNAL TABLE, and for partitions ALTER TABLE … ADD. What
 * `db.dataset(uri).athena()` gives.
 * Source: https://docs.aws.amazon.com/athena/latest/ug/create-table.html
 */
export function athenaTable({
  uri,
  manifest
}: {
  readonly uri: string;
  readonly manifest: Manifest;
}): string {
  const { partitions, schema, version } = manifest;
  const keys = new Set(partitions.map(({ name: key }) => key));
  const columns = schema
    .filter(field => !keys.has(field.name))
    .map(field => `  ${name(field.name)} ${field.hive}`);
  const table = name(tableName(uri));
  const by = partitions.map(part => `${name(part.name)} ${part.hive}`).join(', ');
  return [
    `CREATE EXTERNAL TABLE ${table} (`,
    columns.join(',\n'),
    ')',
    ...(partitions.length > 0 ? [`PARTITIONED BY (${by})`] : []),
    'STORED AS PARQUET',
    `LOCATION ${text(`${uri}/v=${version}/`)};`,
    ...(partitions.length > 0
      ? ['', `ALTER TABLE ${table} ADD IF NOT EXISTS`, `${added(uri, manifest).join('\n')};`]
      : [])
  ].join('\n');
}

/** One line for each directory. */
function added(uri: string, { files, partitions }: Manifest): readonly string[] {
  const directories = new Map(
    files.map(({ path, partition }) => [path.slice(0, path.lastIndexOf('/')), partition])
  );
  return [...directories].sort().map(([directory, values]) => {
    const parts = partitions.map(
      (part, index) => `${name(part.name)} = ${text(values[index] || NULL_PARTITION)}`
    );
    return `  PARTITION (${parts.join(', ')}) LOCATION ${text(`${uri}/${directory}/`)}`;
  });
}

/** What Athena takes for a table's name: lower-case letters, digits and underscores. */
function tableName(uri: string): string {
  const last = uri.split('/').at(-1) ?? '';
  return last.toLowerCase().replaceAll(/[^a-z0-9_]+/g, '_') || 'dataset';
}

const name = (identifier: string): string => `\`${identifier.replaceAll('`', '``')}\``;
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
