/** One figure of a benchmark, as it is printed with --json. */
export interface Measurement {
  readonly bench: string;
  readonly case: string;
  /** What was read; empty for a figure about the machine. */
  readonly table: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
}

/** The middle value, or the mean of the two in the middle. Throws for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) {
    throw new RangeError('There is no median of nothing.');
  }
  return (low + high) / 2;
}

/** Measurements as one aligned table, a row for each case and table, a column for each metric. */
export function formatTable(measurements: readonly Measurement[]): string {
  const metrics = [...new Set(measurements.map(({ metric }) => metric))];
  const rows = new Map<string, Map<string, Measurement>>();
  for (const measurement of measurements) {
    const key = `${measurement.table}\0${measurement.case}`;
    rows.set(key, (rows.get(key) ?? new Map()).set(measurement.metric, measurement));
  }
  const cells = [
    ['table', 'case', ...metrics],
    ...[...rows].map(([key, row]) => [
      ...key.split('\0'),
      ...metrics.map(metric => {
        const measurement = row.get(metric);
        return measurement ? `${measurement.value} ${measurement.unit}` : '';
      })
    ])
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map(line => line[column]!.length)));
  return cells
    .map(line => line.map((cell, column) => pad(cell, widths[column]!, column)).join('  '))
    .map(line => `${line.trimEnd()}\n`)
    .join('');
}

/** Names to the left, figures to the right. */
function pad(cell: string, width: number, column: number): string {
  return column < 2 ? cell.padEnd(width) : cell.padStart(width);
}
