import { type Completion, CompletionContext } from '@codemirror/autocomplete';
import { PostgreSQL } from '@codemirror/lang-sql';
import { EditorState } from '@codemirror/state';
import { type Column, parseCatalog } from '../../../src/contract/catalog';
import { CatalogModel } from '../../../src/lab/catalog/model';
import { GatewayClient } from '../../../src/lab/gateway-client/client';
import { bareNames, dottedNames, relationsNamed } from '../../../src/lab/query-panel/completion';
import { ContractServer, sendJson } from '../../support/contract-server';

const relation = (name: string) => ({
  name,
  kind: 'table' as const,
  rowEstimate: null,
  sizeBytes: null,
  comment: null,
  partitionOf: null,
  readable: true
});
const column = (name: string, type: string): Column => ({
  name,
  type,
  nullable: true,
  default: null,
  comment: null,
  primaryKey: false,
  references: null
});
const shop = parseCatalog({
  asOf: '2026-01-01T12:00:00Z',
  schemas: [
    { name: 'analytics', comment: null, relations: [relation('orders'), relation('Daily Revenue')] },
    { name: 'public', comment: null, relations: [relation('orders'), relation('users')] }
  ]
});
const columns = {
  columns: [column('id', 'bigint'), column('Total', 'numeric(12,2)'), column('user', 'text')]
};

let server: ContractServer;
let catalog: CatalogModel;

beforeAll(async () => {
  server = await ContractServer.start(({ path, response }) =>
    sendJson(response, path.endsWith('columns') ? columns : shop)
  );
  catalog = new CatalogModel(new GatewayClient(server.settings));
  await catalog.refresh();
});

afterAll(() => server.stop());

/** What is offered where `|` stands. */
async function offered(marked: string, source = bareNames(catalog)): Promise<readonly Completion[]> {
  const doc = marked.replace('|', '');
  const state = EditorState.create({ doc, extensions: [PostgreSQL] });
  const result = await source(new CompletionContext(state, marked.indexOf('|'), false));
  return result?.options ?? [];
}
const labels = async (marked: string, source = bareNames(catalog)) =>
  (await offered(marked, source)).map(option => option.label);

it('offers relations and schemas for a bare word, those outside public by their full name', async () => {
  const options = await offered('select * from o|');
  expect(options.map(({ label }) => label)).toEqual(
    expect.arrayContaining(['orders', 'users', 'Daily Revenue', 'analytics', 'public'])
  );
  expect(options.find(({ label }) => label === 'users')!.apply).toBe('users');
  expect(options.find(({ label }) => label === 'Daily Revenue')!.apply).toBe('analytics."Daily Revenue"');
});

it('offers the columns of the relations that the statement names, quoted where they must be', async () => {
  const options = await offered('select t| from orders; select * from users');
  const total = options.find(({ label }) => label === 'Total')!;
  expect(total.apply).toBe('"Total"');
  expect(total.detail).toBe('numeric(12,2) · orders');
  expect(options.find(({ label }) => label === 'user')!.apply).toBe('"user"');
  expect(await labels('select t|')).not.toContain('Total');
});

it('reads the columns of a relation once', async () => {
  const asked = () =>
    server.requests.filter(({ path, query }) => path.endsWith('columns') && query.get('relation') === 'users')
      .length;
  await labels('select i| from users');
  await labels('select id, u| from users');
  expect(asked()).toBe(1);
});

it('offers columns behind a table and behind an alias', async () => {
  expect(await labels('select orders.| from orders', dottedNames(catalog))).toEqual(['id', 'Total', 'user']);
  expect(await labels('select o.| from orders o', dottedNames(catalog))).toEqual(['id', 'Total', 'user']);
});

it('offers relations behind a schema', async () => {
  expect(await labels('select * from analytics.|', dottedNames(catalog))).toEqual([
    'orders',
    'Daily Revenue'
  ]);
});

it('offers no bare names behind a dot', async () => {
  expect(await labels('select * from analytics.o|')).toEqual([]);
});

it('takes a bare name for the relation in public', () => {
  expect(relationsNamed('from orders', shop)).toEqual([{ schema: 'public', relation: 'orders' }]);
  expect(relationsNamed('from analytics.orders', shop)).toContainEqual({
    schema: 'analytics',
    relation: 'orders'
  });
  expect(relationsNamed('from "Daily Revenue"', shop)).toEqual([
    { schema: 'analytics', relation: 'Daily Revenue' }
  ]);
});
