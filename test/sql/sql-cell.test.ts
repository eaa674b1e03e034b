import { magicEnd, sqlCell } from '../../src/sql/sql-cell';

it.each([
  ['%%sql\nSELECT 1', { sql: 'SELECT 1', variable: null, profile: null }],
  ['%%sql df\nSELECT 1', { sql: 'SELECT 1', variable: 'df', profile: null }],
  ['\n \n%%sql df <<\nSELECT 1\n', { sql: 'SELECT 1\n', variable: 'df', profile: null }],
  ['%%replica df\nSELECT 1', { sql: 'SELECT 1', variable: 'df', profile: null }],
  ['%%sql df --limit 5 --profile prod --quiet\nTABLE t', { sql: 'TABLE t', variable: 'df', profile: 'prod' }],
  ['%%sql --profile="prod" SELECT 1', { sql: 'SELECT 1', variable: null, profile: 'prod' }],
  ['%%sql SELECT a,\n b FROM t', { sql: 'SELECT a,\n b FROM t', variable: null, profile: null }],
  ['%%sql select\n b FROM t', { sql: 'select\n b FROM t', variable: null, profile: null }],
  ['%%sql -- a comment\nSELECT 1', { sql: '-- a comment\nSELECT 1', variable: null, profile: null }],
  ['%%sql df --quiet', { sql: '', variable: 'df', profile: null }],
  ['%%sql', { sql: '', variable: null, profile: null }]
])('reads the cell %j', (source, expected) => {
  const cell = sqlCell(source);
  expect(cell).toMatchObject(expected);
  expect(source.slice(cell?.from)).toBe(cell?.sql);
});

it.each([
  'SELECT 1',
  '%sql SELECT 1',
  '%%sqlite\nSELECT 1',
  '# %%sql\nSELECT 1',
  'a = 1\n%%sql\nSELECT 1',
  ''
])('takes %j for no cell of SQL', source => {
  expect(sqlCell(source)).toBeNull();
  expect(magicEnd(source)).toBeNull();
});
