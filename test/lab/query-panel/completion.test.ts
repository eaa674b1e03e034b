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

const functions = {
  functions: [
    { schema: 'pg_catalog', name: 'lower', kind: 'function', arguments: 'text', result: 'text' },
    { schema: 'analytics', name: 'score', kind: 'function', arguments: 'bigint', result: 'real' }
  ]
};
const ordersToUsers = {
  name: 'orders_user_fkey',
  columns: ['user'],
  other: { schema: 'public', relation: 'users' },
  otherColumns: ['id']
};
const usersFromOrders = {
  ...ordersToUsers,
  columns: ['id'],
  other: { schema: 'public', relation: 'orders' },
  otherColumns: ['user']
};
const detailsOf = (name: string) => ({
  ...{
    owner: 'shop',
    comment: null,
    rowEstimate: null,
    tableBytes: null,
    indexBytes: null,
    definition: null
  },
  ...{
    partitionKey: null,
    partitionOf: null,
    bounds: null,
    keys: [],
    checks: [],
    indexes: [],
    partitions: []
  },
  ...{ grants: [], readableColumns: [] },
  foreignKeys: name === 'orders' ? [ordersToUsers] : [],
  referencedBy: name === 'users' ? [usersFromOrders] : []
});

let server: ContractServer;
let catalog: CatalogModel;

beforeAll(async () => {
  server = await ContractServer.start(({ path, query, response }) => {
    const answers: Readonly<Record<string, unknown>> = {
      columns,
      functions,
      relation: detailsOf(query.get('relation') ?? '')
    };
    sendJson(response, answers[path.split('/').at(-1) ?? ''] ?? shop);
  });
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

describe('behind JOIN and ON', () => {
  const applied = async (marked: string) =>
    (await offered(marked)).filter(({ boost }) => boost === 5).map(({ apply }) => apply);

  it('proposes what foreign keys of either side lead to, under a free alias', async () => {
    expect(await applied('SELECT * FROM orders o JOIN |')).toEqual(['users AS u ON u.id = o."user"']);
    expect(await applied('SELECT * FROM users u JOIN |')).toEqual(['orders AS o ON o."user" = u.id']);
    expect(await applied('SELECT * FROM orders u JOIN u|')).toEqual(['users AS u2 ON u2.id = u."user"']);
  });

  it('proposes the condition between what was joined and what stands before', async () => {
    expect(await applied('SELECT * FROM orders JOIN users AS x ON |')).toEqual(['orders."user" = x.id']);
  });
});

it('offers functions, those of other schemas by their full name', async () => {
  const found = (await offered('SELECT l|')).filter(({ type }) => type === 'function');
  expect(found.map(({ label, detail, apply }) => [label, detail, apply])).toEqual([
    ['lower', '(text) → text', 'lower('],
    ['score', '(bigint) → real', 'analytics.score(']
  ]);
});

it('offers the queries of WITH', async () => {
  const found = (
    await offered('WITH recent AS (SELECT 1), "Old" (a) AS NOT MATERIALIZED (SELECT 2) SELECT * FROM r|')
  ).filter(({ detail }) => detail === 'WITH query');
  expect(found.map(({ label }) => label)).toEqual(['recent', 'Old']);
});
