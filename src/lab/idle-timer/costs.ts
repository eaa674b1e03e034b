import { type Activity } from '../../contract/activity';
import { ContractError, number, record, text, type Parser } from '../../contract/parse';
import { parseTimestamp } from '../../idle/timestamp';
import { minutesInWords } from '../../idle/words';

/** Prices of an hour by instance type, and the sign before an amount. */
export interface PriceTable {
  readonly currency: string;
  readonly pricesPerHour: Readonly<Record<string, number>>;
}

const parsePricesPerHour: Parser<PriceTable['pricesPerHour']> = (value, path = '') => {
  if (typeof value !== 'object' || value === null) {
    throw new ContractError(path, 'an object of prices');
  }
  return Object.fromEntries(
    Object.entries(value).map(([instanceType, price]) => [
      instanceType,
      number(price, `${path}.${instanceType}`)
    ])
  );
};

/** Of the plugin's settings. */
export const parsePrices: Parser<PriceTable> = record({ currency: text, pricesPerHour: parsePricesPerHour });

export interface CostPeriod {
  readonly nowMs: number;
  /** When the day and the week of the person who looks began. */
  readonly dayStartMs: number;
  readonly weekStartMs: number;
}

interface Run {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly wasStopped: boolean;
}

/** A start that was noted and one that is computed from the uptime can differ by this much and be the same. */
const SAME_START_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;

/** What the instance cost today and what auto-stop saved this week, in words; empty where nothing is known. */
export function costInWords(activity: Activity, prices: PriceTable, period: CostPeriod): string {
  const { machine } = activity;
  const bootedMs = parseTimestamp(activity.bootedAt);
  if (activity.stopper === 'none' || machine === null || bootedMs === null) {
    return '';
  }
  const runs = runsOf(machine.runs, bootedMs, period.nowMs);
  const onMs = total(runs, period.dayStartMs, period.nowMs);
  const on = `Today ${minutesInWords(Math.round(onMs / 60_000))} on`;
  const price = machine.instanceType === null ? undefined : prices.pricesPerHour[machine.instanceType];
  if (price === undefined) {
    return machine.instanceType === null
      ? `${on}.`
      : `${on}. The settings of this plugin have no price for ${machine.instanceType}.`;
  }
  const about = (ms: number) => `about ${prices.currency}${((ms / HOUR_MS) * price).toFixed(2)}`;
  const savedMs = total(pausesOf(runs), period.weekStartMs, period.nowMs);
  return `${on}, ${about(onMs)}; auto-stop saved ${about(savedMs)} this week.`;
}

/** Oldest first; the last one is the run that goes on. */
function runsOf(
  noted: NonNullable<Activity['machine']>['runs'],
  bootedMs: number,
  nowMs: number
): readonly Run[] {
  const earlier = noted.flatMap(({ startedAt, seenAt, stoppedBy }) => {
    const [fromMs, untilMs] = [parseTimestamp(startedAt), parseTimestamp(seenAt)];
    return fromMs === null || untilMs === null || fromMs > bootedMs - SAME_START_MS
      ? []
      : [{ fromMs, untilMs: Math.min(untilMs, bootedMs), wasStopped: stoppedBy === 'auto-stop' }];
  });
  return [...earlier, { fromMs: bootedMs, untilMs: nowMs, wasStopped: false }];
}

/** The times between a stop by auto-stop and the next start. */
function pausesOf(runs: readonly Run[]): readonly Pick<Run, 'fromMs' | 'untilMs'>[] {
  return runs.flatMap(({ untilMs, wasStopped }, index) => {
    const next = runs[index + 1];
    return wasStopped && next ? [{ fromMs: untilMs, untilMs: next.fromMs }] : [];
  });
}

const total = (times: readonly Pick<Run, 'fromMs' | 'untilMs'>[], fromMs: number, untilMs: number): number =>
  times.reduce(
    (sum, time) => sum + Math.max(0, Math.min(time.untilMs, untilMs) - Math.max(time.fromMs, fromMs)),
    0
  );

/** The day and the week of the person's own clock; weeks begin on Monday. */
export function periodAt(nowMs: number): CostPeriod {
  const day = new Date(nowMs);
  day.setHours(0, 0, 0, 0);
  const week = new Date(day);
  week.setDate(day.getDate() - ((day.getDay() + 6) % 7));
  return { nowMs, dayStartMs: day.getTime(), weekStartMs: week.getTime() };
}
