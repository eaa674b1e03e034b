import { civilDate } from './civil-date';

const DAY_SECONDS = 86_400n;
const INT32_MAX = 2 ** 31 - 1;
const INT64_MAX = 2n ** 63n - 1n;

/** Days since 1970-01-01 as PostgreSQL writes a date; the ends of int32 stand for ±infinity. */
export function dateText(days: number): string {
  const infinite = infinityText(BigInt(days), BigInt(INT32_MAX));
  if (infinite) {
    return infinite;
  }
  const { date, isBeforeChrist } = calendarDate(days);
  return isBeforeChrist ? `${date} BC` : date;
}

/**
 * Time since 1970-01-01 00:00 as PostgreSQL writes a timestamp in a session of that zone; the ends of
 * int64 stand for ±infinity. `zone` is what marks it, such as `+00`, or empty.
 */
export function timestampText(value: bigint, unitsPerSecond: bigint, zone: string): string {
  const infinite = infinityText(value, INT64_MAX);
  if (infinite) {
    return infinite;
  }
  const unitsPerDay = DAY_SECONDS * unitsPerSecond;
  const ofDay = ((value % unitsPerDay) + unitsPerDay) % unitsPerDay;
  const { date, isBeforeChrist } = calendarDate(Number((value - ofDay) / unitsPerDay));
  return `${date} ${timeText(ofDay, unitsPerSecond)}${zone}${isBeforeChrist ? ' BC' : ''}`;
}

/** Time of day; 24:00:00 is one. */
export function timeText(value: bigint, unitsPerSecond: bigint): string {
  const seconds = Number(value / unitsPerSecond);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const digits = String(unitsPerSecond).length - 1;
  const fraction = String(value % unitsPerSecond)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return clock.map(part => String(part).padStart(2, '0')).join(':') + (fraction ? `.${fraction}` : '');
}

function infinityText(value: bigint, max: bigint): string | null {
  return value === max ? 'infinity' : value === -max - 1n ? '-infinity' : null;
}

function calendarDate(days: number): { readonly date: string; readonly isBeforeChrist: boolean } {
  const { year, month, day } = civilDate(days);
  // There is no year 0: the year before 1 is 1 BC.
  const isBeforeChrist = year <= 0;
  const shownYear = String(isBeforeChrist ? 1 - year : year).padStart(4, '0');
  const twoDigits = (part: number): string => String(part).padStart(2, '0');
  return { date: `${shownYear}-${twoDigits(month)}-${twoDigits(day)}`, isBeforeChrist };
}
