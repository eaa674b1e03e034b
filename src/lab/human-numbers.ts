/** Numbers as people read them. Exact values belong into the tooltip beside. */

const SCALES = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k']
] as const;

const SIZES = [
  [1e15, 'PB'],
  [1e12, 'TB'],
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB']
] as const;

/** `9,999`, `42k`, `4.2M` */
export function humanCount(count: number): string {
  if (count < 10_000) {
    return exactCount(count);
  }
  return scaled(count, SCALES, '') ?? exactCount(count);
}

/** `4,213,880`, in every locale the same. */
export function exactCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `812 B`, `3 kB`, `1.1 GB`, in powers of 1000. */
export function humanBytes(bytes: number): string {
  return scaled(bytes, SIZES, ' ') ?? `${bytes} B`;
}

/** `850 ms`, `1.2 s`, `1 min 12 s`, `1 h 52 min` */
export function humanDuration(ms: number): string {
  if (ms < 1_000) {
    return `${Math.max(0, Math.round(ms))} ms`;
  }
  if (ms < 59_950) {
    return `${(ms / 1_000).toFixed(1)} s`;
  }
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) {
    return joined(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  }
  const minutes = Math.floor(seconds / 60);
  return joined(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** One decimal below ten; null below the smallest scale. 999,999 is 1M, never 1000k. */
function scaled(value: number, scales: readonly (readonly [number, string])[], space: string): string | null {
  for (const [factor, unit] of scales) {
    const rounded = round(value / factor);
    if (rounded >= 1 && value >= factor * 0.9995) {
      return `${rounded}${space}${unit}`;
    }
  }
  return null;
}

const round = (value: number): number => (value < 9.95 ? Math.round(value * 10) / 10 : Math.round(value));
