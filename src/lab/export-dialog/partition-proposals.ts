import { type ExportPlan, type PlannedColumn } from '../../contract/storage';
import { exactCount } from '../human-numbers';

/** A column, or a part of its dates, worth a directory. */
interface Proposal {
  /** As a person would write it: `created_at:month`. */
  readonly text: string;
  /** `about 12 parts`, or nothing where that is not known. */
  readonly hint: string;
}

/** More directories than these make files too small. */
const MOST_PARTS = 1_000;
const SHOWN = 6;
const DAY_MS = 24 * 60 * 60_000;
const PART_DAYS = { year: 365.25, month: 30.44, day: 1 } as const;

/** The best first: a part of dates that makes neither too many directories nor one, then columns of few values. */
export function proposedPartitions({ columns }: Pick<ExportPlan, 'columns'>): readonly Proposal[] {
  const dates = columns.flatMap(dateProposals);
  const values = columns
    .filter(column => isValue(column) && (column.distinct === null || column.distinct <= MOST_PARTS))
    .sort((a, b) => (a.distinct ?? MOST_PARTS) - (b.distinct ?? MOST_PARTS))
    .map(({ name, distinct }) => ({ text: name, hint: distinct === null ? '' : about(distinct) }));
  return [...dates.slice(0, 2), ...values, ...dates.slice(2)].slice(0, SHOWN);
}

function dateProposals(column: PlannedColumn): readonly Proposal[] {
  if (!/^(date|timestamp)/.test(column.type)) {
    return [];
  }
  const days = daysOf(column);
  return (['month', 'year', 'day'] as const)
    .map(part => ({ part, parts: days === null ? null : Math.floor(days / PART_DAYS[part]) + 1 }))
    .filter(({ parts }) => parts === null || (parts > 1 && parts <= MOST_PARTS))
    .map(({ part, parts }) => ({
      text: `${column.name}:${part}`,
      hint: parts === null ? '' : about(parts)
    }));
}

/** Between the lowest and the highest value that ANALYZE kept. */
function daysOf({ lowest, highest }: PlannedColumn): number | null {
  const [from, until] = [dayOf(lowest), dayOf(highest)];
  return from === null || until === null || until < from ? null : (until - from) / DAY_MS;
}

/** Its day alone: browsers do not read PostgreSQL's zones. */
function dayOf(moment: string | null): number | null {
  const day = /^\d{4}-\d{2}-\d{2}/.exec(moment ?? '')?.[0];
  const time = day === undefined ? Number.NaN : Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(time) ? null : time;
}

function isValue({ type, distinct }: PlannedColumn): boolean {
  if (/^(integer|bigint)/.test(type)) {
    // Most integers are keys; where nothing is known they are taken for such.
    return distinct !== null;
  }
  return /^(text|character|boolean|smallint)/.test(type) || type === '';
}

const about = (parts: number): string => (parts === 1 ? 'about 1 part' : `about ${exactCount(parts)} parts`);
