import {
  count,
  flag,
  list,
  nullable,
  number,
  optional,
  type Parsed,
  record,
  text
} from '../../contract/parse';
import { exactCount, humanDuration } from '../human-numbers';

/** What `db_connection.frame_header` tells of a frame, beside its HTML. */
export const FRAME_MIME_TYPE = 'application/vnd.jupyterlab-replica.frame+json';

export const parseFrame = record({
  rows: count,
  /** Whether a row limit cut the result. */
  truncated: optional(flag, false),
  elapsedMs: optional(nullable(number), null),
  /** ISO 8601, UTC. */
  asOf: optional(nullable(text), null),
  profile: optional(nullable(text), null),
  /** Null for one that is too long to be told. */
  sql: optional(nullable(text), null),
  parameters: optional(list(record({ name: text, value: nullable(text), secret: optional(flag, false) })), [])
});
export type Frame = Parsed<typeof parseFrame>;

/** One line, such as `4,213,880 rows · 1.9 s · as of 12:04:31 · prod`, and the exact values. */
export function frameLine(frame: Frame): { readonly text: string; readonly hint: string } {
  const { rows, truncated, elapsedMs, asOf, profile } = frame;
  const counted = rows === 1 ? '1 row' : `${exactCount(rows)} rows`;
  const moment = asOf === null ? null : new Date(asOf);
  const text = [
    truncated ? `first ${counted}` : counted,
    ...(elapsedMs === null ? [] : [humanDuration(elapsedMs)]),
    ...(moment === null || Number.isNaN(moment.getTime()) ? [] : [`as of ${timeOfDay(moment)}`]),
    ...(profile === null ? [] : [profile])
  ];
  const hint = [
    ...(truncated ? [`A limit cut the result after ${counted}.`] : []),
    ...(elapsedMs === null ? [] : [`${exactCount(Math.round(elapsedMs))} ms`]),
    ...(asOf === null ? [] : [`The statement began at ${asOf}.`])
  ];
  return { text: text.join(' · '), hint: hint.join('\n') };
}

/** The day too, unless it is today: outputs are kept. */
function timeOfDay(moment: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  const time = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(two).join(':');
  const day = [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()].map(two).join('-');
  return moment.toDateString() === new Date().toDateString() ? time : `${day} ${time}`;
}
