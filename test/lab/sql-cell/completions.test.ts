import { parseCatalog } from '../../../src/contract/catalog';
import { CatalogModel } from '../../../src/lab/catalog/model';
import { GatewayClient } from '../../../src/lab/gateway-client/client';
import { completionsAt } from '../../../src/lab/sql-cell/completions';
import { ContractServer, sendJson } from '../../support/contract-server';

const orders = {
  name: 'orders',
  kind: 'table',
  rowEstimate: null,
  sizeBytes: null,
  comment: null,
  partitionOf: null,
  readable: true
};
const shop = parseCatalog({
  asOf: '2026-01-01T12:00:00Z',
  schemas: [{ name: 'public', comment: null, relations: [orders] }]
});
const total = {
  name: 'total',
  type: 'numeric',
  nullable: true,
  default: null,
  comment: null,
  primaryKey: false,
  references: null
};

let server: ContractServer;
let catalog: CatalogModel;

beforeAll(async () => {
  server = await ContractServer.start(({ path, response }) =>
    sendJson(response, path.endsWith('columns') ? { columns: [total] } : shop)
  );
  catalog = new CatalogModel(new GatewayClient(server.settings));
  await catalog.refresh();
});

afterAll(() => server.stop());

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
