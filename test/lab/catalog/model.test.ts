import { type Catalog } from '../../../src/contract/catalog';
import { CatalogModel } from '../../../src/lab/catalog/model';
import { GatewayClient } from '../../../src/lab/gateway-client/client';
import { ContractServer, sendError, sendJson, type Exchange } from '../../support/contract-server';
import { catalog, ORDER_COLUMNS, relation, SHOP } from '../schema-browser/sample-catalog';

const CATALOG = 'jupyterlab-replica/v1/catalog';
const COLUMNS = 'jupyterlab-replica/v1/catalog/columns';
const ORDERS = { schema: 'public', relation: 'orders' };

let server: ContractServer;
let answer: (exchange: Exchange) => void;
let model: CatalogModel;

beforeEach(async () => {
  answer = ({ path, response }) => sendJson(response, path === COLUMNS ? { columns: ORDER_COLUMNS } : SHOP);
  server = await ContractServer.start(exchange => answer(exchange));
  model = new CatalogModel(new GatewayClient(server.settings));
});

afterEach(() => server.stop());

test('a refresh goes from loading to ready and tells each step', async () => {
  const seen: string[] = [];
  model.changed.connect(({ state }) => seen.push(state.kind));
  expect(model.state.kind).toBe('loading');
  await model.refresh();
  expect(seen).toEqual(['loading', 'ready']);
  expect(model.catalog?.schemas.map(({ name }) => name)).toEqual(['analytics', 'public']);
});

test('a failed refresh keeps the catalog there was', async () => {
  await model.refresh();
  answer = ({ response }) =>
    sendError(response, 502, 'host-unreachable', 'db.example does not answer.', 'Wait.');
  await model.refresh();
  expect(model.state).toMatchObject({ kind: 'failed', error: { code: 'host-unreachable', action: 'Wait.' } });
  expect(model.catalog).toEqual(SHOP);
});

test('of two refreshes at once the later one counts', async () => {
  const newer: Catalog = catalog(['public', [relation('newer')]]);
  const held: (() => void)[] = [];
  answer = ({ response }) => {
    const isFirst = held.length === 0;
    held.push(() => sendJson(response, isFirst ? SHOP : newer));
  };
  const both = [model.refresh(), model.refresh()];
  while (held.length < 2) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  held[1]?.();
  await both[1];
  held[0]?.();
  await both[0];
  expect(model.catalog).toEqual(newer);
});

test('columns are asked for once, however many want them', async () => {
  const [one, other] = await Promise.all([model.columns(ORDERS), model.columns(ORDERS)]);
  expect(one).toEqual(ORDER_COLUMNS);
  expect(other).toBe(one);
  expect(server.asked(COLUMNS)).toHaveLength(1);
  expect(model.columnsState(ORDERS)).toEqual({ kind: 'ready', columns: ORDER_COLUMNS });
});

test('columns that could not be read are asked for again', async () => {
  answer = ({ response }) => sendError(response, 403, 'permission-denied', 'No.');
  await expect(model.columns(ORDERS)).rejects.toThrow('No.');
  expect(model.columnsState(ORDERS)?.kind).toBe('failed');
  answer = ({ response }) => sendJson(response, { columns: ORDER_COLUMNS });
  expect(await model.columns(ORDERS)).toEqual(ORDER_COLUMNS);
});

test('after a refresh columns are read anew, and the old ones are shown until then', async () => {
  await model.columns(ORDERS);
  await model.refresh();
  answer = ({ response }) => sendJson(response, { columns: [] });
  const again = model.columns(ORDERS);
  expect(model.columnsState(ORDERS)).toEqual({ kind: 'ready', columns: ORDER_COLUMNS });
  await again;
  expect(model.columnsState(ORDERS)).toEqual({ kind: 'ready', columns: [] });
  expect(server.asked(CATALOG)).toHaveLength(1);
});

test('another profile in use has another catalog, and nothing is left of the one before', async () => {
  const other: Catalog = catalog(['staging', [relation('newer')]]);
  answer = ({ path, query, response }) =>
    sendJson(
      response,
      path === COLUMNS ? { columns: ORDER_COLUMNS } : query.get('profile') === 'staging' ? other : SHOP
    );
  await model.refresh();
  await model.columns(ORDERS);
  const used = model.use('staging');
  expect(model.catalog).toBeNull();
  expect(model.columnsState(ORDERS)).toBeUndefined();
  await used;
  expect(model.catalog).toEqual(other);
  await model.columns(ORDERS);
  expect(server.asked(COLUMNS).at(-1)?.query.get('profile')).toBe('staging');
});

test('a panel on another profile has the catalog of that profile, read once', async () => {
  const other: Catalog = catalog(['staging', [relation('newer')]]);
  answer = ({ query, response }) => sendJson(response, query.get('profile') === 'staging' ? other : SHOP);
  await model.refresh();
  const beside = model.ofProfile('staging');
  await new Promise<void>(resolve =>
    beside.changed.connect(({ state }) => state.kind === 'ready' && resolve())
  );
  expect(beside.catalog).toEqual(other);
  expect(model.ofProfile('staging')).toBe(beside);
  expect(model.catalog).toEqual(SHOP);
});
