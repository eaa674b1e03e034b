/** Bars of the small picture. */
const BARS = 12;
/** One bar alone is no picture. */
const FEWEST_COMMON = 2;

interface Statistics {
  /** pg_type.typcategory: N is numbers, D is dates and times. */
  readonly category: string;
  /** Borders of parts that hold equally many rows, in order. */
  readonly bounds: readonly string[];
  /** Not in the histogram's parts. */
  readonly mostCommon: readonly { readonly value: string; readonly fraction: number }[];
  readonly nullFraction: number;
}

/**
 * Heights from 0 to 1. For numbers and times, the rows over equal steps from the lowest to the highest value; for others
 * the shares of the most common values; null where neither is known.
 */
export function histogramOf(statistics: Statistics): readonly number[] | null {
  const position = positionOf(statistics.category);
  return position ? overSteps(statistics, position) : ofCommon(statistics.mostCommon);
}

function positionOf(category: string): ((value: string) => number) | null {
  switch (category) {
    case 'N':
      return Number;
    case 'D':
      return value => Date.parse(value.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
    default:
      return null;
  }
}

function overSteps(
  { bounds, mostCommon, nullFraction }: Statistics,
  position: (value: string) => number
): readonly number[] | null {
  const borders = bounds.map(position);
  const points = mostCommon
    .map(({ value, fraction }) => ({ at: position(value), fraction }))
    .filter(({ at }) => Number.isFinite(at));
  const known = [...borders.filter(Number.isFinite), ...points.map(({ at }) => at)];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  if (!(high > low)) {
    return null;
  }
  const bars = new Array<number>(BARS).fill(0);
  const barOf = (at: number) => Math.min(BARS - 1, Math.floor(((at - low) / (high - low)) * BARS));
  points.forEach(({ at, fraction }) => (bars[barOf(at)]! += fraction));
  const rest = 1 - nullFraction - mostCommon.reduce((sum, { fraction }) => sum + fraction, 0);
  for (let part = 0; part + 1 < borders.length; part++) {
    spread(bars, borders[part]!, borders[part + 1]!, rest / (borders.length - 1), { low, high });
  }
  return scaled(bars);
}

/** Adds a part's rows to the bars that it lies over, evenly along it. */
function spread(
  bars: number[],
  from: number,
  to: number,
  fraction: number,
  { low, high }: { readonly low: number; readonly high: number }
): void {
  if (!Number.isFinite(from) || !Number.isFinite(to)) {
    return;
  }
  const width = (high - low) / BARS;
  const first = Math.min(BARS - 1, Math.floor((from - low) / width));
  const last = Math.min(BARS - 1, Math.floor((to - low) / width));
  for (let bar = first; bar <= last; bar++) {
    const start = Math.max(from, low + bar * width);
    const end = Math.min(to, low + (bar + 1) * width);
    bars[bar]! += to > from ? (fraction * Math.max(0, end - start)) / (to - from) : fraction;
  }
}

function ofCommon(mostCommon: Statistics['mostCommon']): readonly number[] | null {
  const fractions = mostCommon.slice(0, BARS).map(({ fraction }) => fraction);
  return fractions.length < FEWEST_COMMON ? null : scaled(fractions);
}

function scaled(bars: readonly number[]): readonly number[] {
  const highest = Math.max(...bars);
  return bars.map(bar => (highest > 0 ? Number(Math.max(0, bar / highest).toFixed(3)) : 0));
}
