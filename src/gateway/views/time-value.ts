const DAY_MICROSECONDS = 86_400_000_000n;
const DATE = /^(\d{1,6})-(\d{1,2})-(\d{1,2})$/;
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?$/;
const ZONE = /(?:z|([-+])(\d{1,2})(?::?(\d{2}))?)$/i;

/** Days since 1970-01-01 of a date in ISO 8601; null for anything else. */
export function dayOf(text: string): bigint | null {
  const infinite = infinity(text, 2n ** 31n - 1n);
  if (infinite !== null) {
    return infinite;
  }
  const [, year, month, day] = DATE.exec(text.trim().slice(0, 10)) ?? [];
  if (year === undefined) {
    return null;
  }
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const isReal = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return isReal ? BigInt(Math.floor(date.getTime() / 86_400_000)) : null;
}

/** Microseconds since midnight. */
export function timeOfDayOf(text: string): bigint | null {
  const [, hour, minute, second = '0', fraction = ''] = CLOCK.exec(text.trim()) ?? [];
  if (hour === undefined || Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60) {
    return null;
  }
  const seconds = BigInt(hour) * 3600n + BigInt(minute!) * 60n + BigInt(second);
  return seconds * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

/** Microseconds since 1970-01-01 00:00 UTC of a date, with a time and a zone or without. */
export function instantOf(text: string): bigint | null {
  const infinite = infinity(text, 2n ** 63n - 1n);
  if (infinite !== null) {
    return infinite;
  }
  const [date = '', ...rest] = text.trim().split(/[ T]+/i);
  const day = DATE.test(date) ? dayOf(date) : null;
  const clock = rest.join('');
  const zone = ZONE.exec(clock);
  const time = clock === '' ? 0n : timeOfDayOf(zone ? clock.slice(0, zone.index) : clock);
  if (day === null || time === null) {
    return null;
  }
  const minutes = zone?.[1] ? 60n * BigInt(zone[2]!) + BigInt(zone[3] ?? 0) : 0n;
  const east = zone?.[1] === '-' ? -minutes : minutes;
  return day * DAY_MICROSECONDS + time - east * 60_000_000n;
}

/** ±infinity are the ends of the range. */
function infinity(text: string, max: bigint): bigint | null {
  const [, sign] = /^\s*([-+]?)infinity\s*$/i.exec(text) ?? [];
  return sign === undefined ? null : sign === '-' ? -max - 1n : max;
}
