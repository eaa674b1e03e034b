import { formatSql, leftWords } from '../../../src/lab/query-panel/format-sql';
import { lexemes } from '../../../src/sql/lexemes';

it('lays out every statement and leaves what stands between them', async () => {
  const { text, left } = await formatSql('select a,b from t where x=1;\n\n-- second\nselect 2', 2);
  expect(left).toBe(0);
  expect(text).toBe('select\n  a,\n  b\nfrom\n  t\nwhere\n  x = 1;\n\n-- second\nselect\n  2');
});

it.each([
  `SELECT :name, $1, x::int, arr[1:2], '{"a": 1}'::jsonb -> 'a' ->> 0 FROM t WHERE a @> b AND c !~* 'x'`,
  `SELECT $body$ two  spaces; $body$, E'\\'', U&'d\\0061t', "Mixed ""q""" /* a /* nested */ comment */ -- end`,
  `SELECT 'a'\n'b', 1.5e-3, .5, a.b.c FROM "s"."t" AS x (y, z)`,
  `WITH a AS (SELECT 1 UNION ALL SELECT 2) SELECT * FROM a, LATERAL (SELECT 1) b WHERE x BETWEEN 1 AND 2`
])('never changes more than the layout of %s', async sql => {
  expect(lexemes((await formatSql(sql, 2)).text)).toEqual(lexemes(sql));
});

it('leaves a statement as it is that it cannot lay out, and says so', async () => {
  const odd = 'SELECT )) FROM ((';
  const formatted = await formatSql(`${odd}; select 1`, 2);
  expect(formatted.text.startsWith(odd)).toBe(true);
  expect(leftWords(formatted)).toBe(
    '1 of 2 statements were left as written: formatting would have changed more than the layout.'
  );
  expect(leftWords({ text: '', statements: 1, left: 0 })).toBeNull();
});

it('tells an operator from its parts, and a joined string from two', () => {
  expect(lexemes('a::int')).not.toEqual(lexemes('a: :int'));
  expect(lexemes(':name')).not.toEqual(lexemes(': name'));
  expect(lexemes("E'x'")).not.toEqual(lexemes("E 'x'"));
  expect(lexemes("'a' 'b'")).not.toEqual(lexemes("'a'\n'b'"));
  expect(lexemes('a  +\n b')).toEqual(lexemes('a + b'));
});
