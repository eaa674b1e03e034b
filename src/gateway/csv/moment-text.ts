/** What stands for PostgreSQL's infinity; docs/types.md. */
const DAYS_INFINITY = 2 ** 31 - 1;
const MICROSECONDS_INFINITY = 2n ** 63n - 1n;

const MICROSECONDS_PER_DAY = 86_400_000_000n;
const MICROSECONDS_PER_SECOND = 1_000_000;

/** Days since 1970 as ISO 8601 has them, in the Gregorian calendar; years before 1 end in BC, as PostgreSQL writes them. */
export function dateText(days: number): string {
  if (days === DAYS_INFINITY || days === -DAYS_INFINITY - 1) {
    return days > 0 ? 'infinity' : '-infinity';
  }
  const { date, era } = calendar(days);
  return date + era;
}

/** Microseconds since midnight; 24:00:00 is one of them. */
export function timeText(microseconds: bigint): string {
  return clock(Number(microseconds));
}

/** Microseconds since 1970 in UTC; `zone` follows the time. */
export function timestampText(microseconds: bigint, zone: string): string {
  if (microseconds === MICROSECONDS_INFINITY || microseconds === -MICROSECONDS_INFINITY - 1n) {
    return microseconds > 0n ? 'infinity' : '-infinity';
  }
  const rest = microseconds % MICROSECONDS_PER_DAY;
  const sinceMidnight = rest < 0n ? rest + MICROSECONDS_PER_DAY : rest;
  const { date, era } = calendar(Number((microseconds - sinceMidnight) / MICROSECONDS_PER_DAY));
  return `${date} ${clock(Number(sinceMidnight))}${zone}${era}`;
}

/**
 * Years of 400 have 146,097 days; counted from March a leap day is the last of its year.
 * Source: https://howardhinnant.github.io/date_algorithms.html#civil_from_days
 */
function calendar(days: number): { date: string; era: string } {
  const shifted = days + 719_468;
  const cycle = Math.floor(shifted / 146_097);
  const day = shifted - cycle * 146_097;
  const yearOfCycle = Math.floor(
    (day - Math.floor(day / 1460) + Math.floor(day / 36_524) - Math.floor(day / 146_096)) / 365
  );
  const dayOfYear = day - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfCycle + 400 * cycle + (month <= 2 ? 1 : 0);
  const shown = year > 0 ? year : 1 - year;
  return {
    date: `${String(shown).padStart(4, '0')}-${two(month)}-${two(dayOfMonth)}`,
    era: year > 0 ? '' : ' BC'
  };
}

function clock(microseconds: number): string {
  const seconds = Math.floor(microseconds / MICROSECONDS_PER_SECOND);
  const fraction = microseconds % MICROSECONDS_PER_SECOND;
  const text = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return fraction === 0 ? text : `${text}.${String(fraction).padStart(6, '0')}`;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}
