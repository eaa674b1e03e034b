import { completionsAt } from '../../../src/lab/sql-cell/completions';
import { CatalogSource } from '../schema-browser/catalog-source';
import { catalog as catalogOf, column, relation } from '../schema-browser/sample-catalog';

const shop = catalogOf(['public', [relation('orders')]]);
const catalog = new CatalogSource({ kind: 'ready', catalog: shop }, { orders: [column('total', 'numeric')] });
const variables = jest.fn((beginning: string) => Promise.resolve([`${beginning}ed`]));

/** What is offered where `|` stands, and the text that it replaces. */
async function offered(marked: string) {
  const offset = marked.indexOf('|');
  const source = marked.replace('|', '');
  const found = await completionsAt(source, offset, catalog, variables);
  return (
    found && { labels: found.options.map(({ label }) => label), typed: source.slice(found.from, offset) }
  );
}

it('completes tables, columns and keywords in the statement', async () => {
  const tables = await offered('%%sql df\nSELECT * FROM ord|');
  expect(tables?.typed).toBe('ord');
  expect(tables?.labels).toContain('orders');
  expect(tables?.labels).toContain('ORDER');
  expect((await offered('%%sql df\nSELECT to| FROM orders'))?.labels).toContain('total');
});

it('completes columns behind the dot of a table', async () => {
  const columns = await offered('%%sql\nSELECT orders.to| FROM orders');
  expect(columns?.typed).toBe('to');
  expect(columns?.labels).toContain('total');
  expect(columns?.labels).not.toContain('SELECT');
});

it('completes variables of the notebook behind a colon, and not behind a cast', async () => {
  expect(await offered('%%sql\nSELECT :want|')).toEqual({ labels: ['wanted'], typed: 'want' });
  expect(await offered('%%sql\nSELECT 1::want|')).not.toEqual({ labels: ['wanted'], typed: 'want' });
});

it('completes options on the first line', async () => {
  const options = await offered('%%sql df --lim|\nSELECT 1');
  expect(options?.typed).toBe('--lim');
  expect(options?.labels).toContain('--limit');
  expect((await offered('%%sql d|\nSELECT 1'))?.labels).toEqual([]);
});

it('completes nothing in strings and comments, and leaves cells of Python to Python', async () => {
  expect((await offered("%%sql\nSELECT 'ord|'"))?.labels).toEqual([]);
  expect((await offered('%%sql\nSELECT 1 -- ord|'))?.labels).toEqual([]);
  expect(await offered('orders|')).toBeNull();
});
