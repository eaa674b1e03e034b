import { type DatasetRequest } from '../../contract/dataset';
import { type ExportPlan } from '../../contract/storage';
import { exactCount, humanBytes, humanCount, humanDuration } from '../human-numbers';
import { type FileChoice, withEnding } from './file-choice';

/** What a person chooses an export to become. */
export type ExportKind = 'object' | DatasetRequest['mode'];

export const DATASET_MODES: readonly (readonly [DatasetRequest['mode'], string])[] = [
  ['new-version', 'a new version'],
  ['append', 'the newest version and these rows'],
  ['replace-partitions', 'the newest version with its partitions replaced']
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

/** A dataset's prefix has no ending, and a file that of its format, unless a person gave it one of their own. */
export function keyFor(kind: ExportKind, choice: FileChoice, key: string): string {
  if (kind !== 'object') {
    return withEnding(key, null);
  }
  const bare = withEnding(key, null);
  return bare === key && /\.\w+$/.test(key) ? key : withEnding(key, choice);
}

/** What will be written, in one sentence. */
export function amountText(plan: ExportPlan, kind: ExportKind, choice: FileChoice): string {
  // The estimate is that of Parquet.
  const bytes = choice.startsWith('parquet') ? plan.bytes : null;
  const amounts = [
    plan.rows === null ? null : `about ${humanCount(plan.rows)} rows`,
    bytes === null ? null : `about ${humanBytes(bytes)}`,
    kind === 'object' || plan.files === null
      ? null
      : plan.files === 1
        ? '1 file or more'
        : `${plan.files} files or more`,
    plan.durationMs === null ? null : `about ${humanDuration(plan.durationMs)}`
  ].filter(Boolean);
  return amounts.length > 0 ? `${amounts.join(', ')}.` : 'How much is not known.';
}

/** What becomes of what is there already. */
export function existingText({ objectExists, newest }: ExportPlan, kind: ExportKind): string {
  if (kind === 'object') {
    return objectExists
      ? 'There is an object at this key. It stays until you have been asked, and until the new one is complete.'
      : 'Nothing is at this key yet.';
  }
  if (!newest) {
    return 'There is no dataset here yet; this is its first version.';
  }
  const there = `The newest version, of ${newest.committedAt.slice(0, 10)} with ${exactCount(newest.rows)} rows, stays`;
  return kind === 'new-version'
    ? `${there} beside the new one.`
    : `${there}; what it keeps is copied into the new one.`;
}
