import { shortType } from '../../src/sql/short-type';

it.each([
  ['timestamp with time zone', 'timestamptz'],
  ['timestamp(3) with time zone', 'timestamptz(3)'],
  ['timestamp without time zone[]', 'timestamp[]'],
  ['time without time zone', 'time'],
  ['time(0) with time zone', 'timetz(0)'],
  ['character varying(10)', 'varchar(10)'],
  ['character(3)[]', 'char(3)[]'],
  ['bit varying', 'varbit'],
  ['numeric(12,2)', 'numeric(12,2)'],
  ['order_status', 'order_status']
])('%s is written %s', (type, short) => {
  expect(shortType(type)).toBe(short);
});
