import { type QueryStatus } from '../../contract/query';
import { exactCount, humanBytes, humanCount, humanDuration } from '../human-numbers';
import { type RunState } from './query-model';

export interface FooterText {
  readonly text: string;
  /** The exact numbers. */
  readonly hint: string;
  /** Whether rows are missing because of the row limit. */
  readonly isCut: boolean;
}

/** What is known of a run in one line. `elapsedMs` runs on between two statuses. */
export function footerText(state: RunState, elapsedMs: number): FooterText {
  switch (state.kind) {
    case 'empty':
      return plain('');
    case 'starting':
      return plain('Starting…');
    case 'running':
      return ofStatus(state.status, `${rows(state.status)} so far · ${humanDuration(elapsedMs)}`);
    case 'stopping':
      return ofStatus(state.status, `Stopping in the server… ${rows(state.status)} so far`);
    case 'cancelled':
      return ofStatus(
        state.status,
        `Stopped after ${rows(state.status)} · ${humanDuration(state.status.elapsedMs)}`
      );
    case 'failed':
      return state.status?.rows
        ? ofStatus(state.status, `Failed after ${rows(state.status)}`)
        : plain('Failed');
    case 'done':
      return done(state.status);
  }
}

function done(status: QueryStatus): FooterText {
  if (!status.fields?.length) {
    return ofStatus(status, `${status.command ?? 'Done'} · ${humanDuration(status.elapsedMs)}`);
  }
  const parts = [status.truncated ? cutRows(status) : rows(status), times(status), humanBytes(status.bytes)];
  return { ...ofStatus(status, parts.join(' · ')), isCut: status.truncated };
}

function cutRows({ rows: count, rowEstimate }: QueryStatus): string {
  return rowEstimate !== null && rowEstimate > count
    ? `${exactCount(count)} of about ${humanCount(rowEstimate)} rows (planner's estimate)`
    : `The first ${exactCount(count)} rows`;
}

function rows({ rows: count }: QueryStatus): string {
  return count === 1 ? '1 row' : `${exactCount(count)} rows`;
}

function times({ elapsedMs, firstRowMs }: QueryStatus): string {
  const first = firstRowMs === null ? '' : ` (first row ${humanDuration(firstRowMs)})`;
  return `${humanDuration(elapsedMs)}${first}`;
}

function ofStatus(status: QueryStatus, text: string): FooterText {
  const facts = [
    `${exactCount(status.rows)} rows`,
    `${exactCount(status.bytes)} bytes`,
    `${exactCount(Math.round(status.elapsedMs))} ms`
  ];
  if (status.rowEstimate !== null) {
    facts.push(`about ${exactCount(status.rowEstimate)} rows in all, as the planner estimates`);
  }
  return { text, hint: facts.join('\n'), isCut: false };
}

const plain = (text: string): FooterText => ({ text, hint: '', isCut: false });
