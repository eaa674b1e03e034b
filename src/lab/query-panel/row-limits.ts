/** Rows that a panel can be told to read; null is all of them. */
export const ROW_LIMITS: readonly (number | null)[] = [100, 1_000, 10_000, 100_000, null];

export const DEFAULT_ROW_LIMIT = 10_000;

/** What a setting, a saved panel or a choice says; anything else is the default. */
export function rowLimitOf(value: unknown, fallback: number | null = DEFAULT_ROW_LIMIT): number | null {
  if (value === null || value === 'all') {
    return null;
  }
  const limit = Number(value);
  return ROW_LIMITS.find(known => known === limit) ?? fallback;
}
