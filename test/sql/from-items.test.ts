import { cteNames, fromItems } from '../../src/sql/from-items';

const names = (sql: string) =>
  fromItems(sql).map(({ schema, name, alias }) =>
    [schema ? `${schema}.${name}` : name, alias].filter(Boolean).join(' ')
  );

it.each([
  ['SELECT * FROM a', ['a']],
  ['SELECT * FROM a, s.b AS x, ONLY "C d" y WHERE a.z IN (1, 2)', ['a', 's.b x', 'C d y']],
  ['SELECT * FROM a LEFT JOIN b ON a.x = b.x, c', ['a', 'b', 'c']],
  ['SELECT (SELECT max(x) FROM inside i), 1 FROM outside o ORDER BY a, b', ['inside i', 'outside o']],
  ['SELECT * FROM (SELECT * FROM deep) AS d, generate_series(1, 2) g, e', ['deep', 'e']],
  ['SELECT * FROM a CROSS JOIN b NATURAL JOIN c', ['a', 'b', 'c']],
  ["SELECT 'FROM x' -- FROM y\n FROM z", ['z']],
  ['SELECT * FROM a JOIN ', ['a']]
])('%s reads %j', (sql, expected) => {
  expect(names(sql)).toEqual(expected);
});

it('knows the names that WITH gives', () => {
  expect(
    cteNames('WITH RECURSIVE a AS (SELECT 1), b (x, y) AS MATERIALIZED (SELECT 2) SELECT a AS b FROM a')
  ).toEqual(['a', 'b']);
  expect(cteNames('SELECT x AS y FROM z')).toEqual([]);
});
