const FORM =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(?:Z|([+-])(\d\d):?(\d\d)?)?$/i;

/**
 * Milliseconds since 1970 of an ISO 8601 time with or without seconds and fraction, or null when it
 * is none. Without a zone it is UTC, which is what Jupyter means: `Date.parse` would take the machine's zone.
 */
export function parseTimestamp(text: string | null): number | null {
  const parts = FORM.exec(text?.trim() ?? '');
  if (!parts) {
    return null;
  }
  const [year, month, day, hour, minute] = parts.slice(1, 6).map(Number) as [
    number,
    number,
    number,
    number,
    number
  ];
  const second = Number(parts[6] ?? 0);
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // Date.UTC carries over: 30 February would become 2 March.
  const isReal = date.getUTCDate() === day && date.getUTCMonth() === month - 1 && date.getUTCHours() === hour;
  if (!isReal || minute > 59 || second > 59) {
    return null;
  }
  const fractionMs = Math.floor(Number(`0.${parts[7] ?? 0}`) * 1_000);
  const zoneMinutes = 60 * Number(parts[9] ?? 0) + Number(parts[10] ?? 0);
  return date.getTime() + fractionMs - (parts[8] === '-' ? -1 : 1) * zoneMinutes * 60_000;
}
