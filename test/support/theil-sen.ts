/** One reading: what it is of, and its value. */
export type Reading = readonly [x: number, y: number];

/**
 * The slope of y over x as the median of the slopes between all pairs of readings (Theil 1950, Sen 1968): up to 29 % of the
 * readings may be anything, such as peaks just before a garbage collection, without moving it. Throws for fewer than two.
 */
export function theilSenSlope(readings: readonly Reading[]): number {
  const slopes = readings.flatMap(([x1, y1], index) =>
    readings
      .slice(index + 1)
      .filter(([x2]) => x2 !== x1)
      .map(([x2, y2]) => (y2 - y1) / (x2 - x1))
  );
  slopes.sort((a, b) => a - b);
  const [low, high] = [slopes[(slopes.length - 1) >> 1], slopes[slopes.length >> 1]];
  if (low === undefined || high === undefined) {
    throw new RangeError('A slope needs two readings at least.');
  }
  return (low + high) / 2;
}
