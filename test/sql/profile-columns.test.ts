import { profileColumnsSql, profiledColumns } from '../../src/sql/profile-columns';
import { selectColumnsSql } from '../../src/sql/select-columns';

const SOURCE = { schema: 'public', relation: 'orders', samplePercent: null };

it('counts what has an order, and only the values of what has none', () => {
  const columns = [
    { name: 'id', type: 'bigint' },
    { name: 'done', type: 'boolean' },
    { name: 'Body', type: 'json' }
  ];
  expect(profileColumnsSql({ ...SOURCE, columns, samplePercent: 2.5 })).toBe(`SELECT count(*),
       count(id), count(DISTINCT id), min(id)::text, max(id)::text,
       count(done), count(DISTINCT done), NULL::text, NULL::text,
       count("Body"), NULL::bigint, NULL::text, NULL::text
FROM public.orders TABLESAMPLE SYSTEM (2.5)`);
});

it('asks for no more figures than a statement may have', () => {
  const columns = Array.from({ length: 1_600 }, (_, index) => ({ name: `c${index}`, type: 'int' }));
  expect(4 * profiledColumns(columns).length + 1).toBeLessThanOrEqual(1_664);
});

it('names each column of a SELECT, quoted where it must be', () => {
  expect(selectColumnsSql('public', 'Order', ['id', 'constructor', 'a "b"\nc'])).toBe(
    'SELECT id,\n       constructor,\n       "a ""b""\nc"\nFROM public."Order"'
  );
  expect(selectColumnsSql('public', 'nothing', [])).toBe('SELECT *\nFROM public.nothing');
});
