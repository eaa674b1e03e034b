import { Bool, Field, Int32, List, Table, TimestampMicrosecond, Utf8, vectorFromArray } from 'apache-arrow';

/** Rows of orders, one a day from the first of January 2026, over so many statuses that directories need escaping. */
const STATUSES = ['paid/open', 'a=b %', '', null, 'Zoë'] as const;
const DAY_MS = 86_400_000;
const FIRST_MS = Date.UTC(2026, 0, 1, 23, 59);

export function orders(rows: number, from = 0): Table {
  const numbers = Array.from({ length: rows }, (_, index) => from + index);
  return new Table({
    id: vectorFromArray(numbers, new Int32()),
    status: vectorFromArray(
      numbers.map(number => STATUSES[number % STATUSES.length] ?? null),
      new Utf8()
    ),
    at: vectorFromArray(
      numbers.map(number => (number % 11 === 10 ? null : FIRST_MS + number * DAY_MS)),
      new TimestampMicrosecond('UTC')
    ),
    open: vectorFromArray(
      numbers.map(number => number % 3 === 0),
      new Bool()
    ),
    tags: vectorFromArray(
      numbers.map(number => Array.from({ length: number % 4 }, (_, tag) => tag)),
      new List(new Field('element', new Int32(), true))
    )
  });
}
