import { type DatasetRequest } from '../../contract/dataset';
import { type ExportPlan } from '../../contract/storage';
import { humanBytes, humanCount, humanDuration } from '../human-numbers';

/** What a person chooses an export to become. */
export type ExportKind = 'object' | DatasetRequest['mode'];

export const EXPORT_KINDS: readonly (readonly [ExportKind, string])[] = [
  ['object', 'One Parquet file'],
  ['new-version', 'Dataset: a new version'],
  ['append', 'Dataset: append to the newest version'],
  ['replace-partitions', 'Dataset: replace the partitions that the rows have']
];

type Partitions = DatasetRequest['partitionBy'];

/** `created_at:month, status` as partitions, or null where something of it is none. */
export function partitionsOf(text: string): Partitions | null {
  const partitions: Partitions[number][] = [];
  for (const one of text.split(',').map(piece => piece.trim())) {
    const [, column, part = null] = /^(.+?)(?::([a-z]+))?$/.exec(one) ?? [];
    if (column === undefined) {
      continue;
    }
    if (part !== null && part !== 'year' && part !== 'month' && part !== 'day') {
      return null;
    }
    partitions.push({ column, part });
  }
  return partitions;
}

/** Columns worth a directory, as a person would write them. */
export function proposedPartitions({ columns }: Pick<ExportPlan, 'columns'>): readonly string[] {
  return columns.flatMap(({ name, type }) => {
    if (/^(date|timestamp)/.test(type)) {
      return [`${name}:month`, `${name}:year`, `${name}:day`];
    }
    return /^(text|character|boolean|smallint)/.test(type) || type === '' ? [name] : [];
  });
}

/** A dataset's prefix has no ending, and a file has one. */
export function keyFor(kind: ExportKind, key: string): string {
  return kind === 'object' ? (/\.\w+$/.test(key) ? key : `${key}.parquet`) : key.replace(/\.parquet$/, '');
}

/** What will happen, in short sentences. */
export function planText(plan: ExportPlan, kind: ExportKind): string {
  const amounts = [
    plan.rows === null ? null : `about ${humanCount(plan.rows)} rows`,
    plan.bytes === null ? null : `about ${humanBytes(plan.bytes)}`,
    kind === 'object' || plan.files === null ? null : `${plan.files} files or more`,
    plan.durationMs === null ? null : `about ${humanDuration(plan.durationMs)}`
  ].filter(Boolean);
  return [
    amounts.length > 0 ? `Writes ${amounts.join(', ')}.` : 'How much it writes is not known.',
    plan.encryption === null ? null : `Encrypted by the bucket: ${plan.encryption}.`,
    existing(plan, kind)
  ]
    .filter(Boolean)
    .join(' ');
}

function existing({ objectExists, newest }: ExportPlan, kind: ExportKind): string | null {
  if (kind === 'object') {
    return objectExists ? 'There is an object at this key; you are asked before it is replaced.' : null;
  }
  if (!newest) {
    return 'There is no dataset yet; this is its first version.';
  }
  const there = `The newest version has ${humanCount(newest.rows)} rows and stays`;
  return kind === 'new-version'
    ? `${there} beside the new one.`
    : `${there}; what it keeps is copied into the new one.`;
}
