import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import { type ExportStatus } from '../../../src/contract/export';
import { CatalogModel } from '../../../src/lab/catalog/model';
import { GatewayClient } from '../../../src/lab/gateway-client/client';
import { SchemaBrowser } from '../../../src/lab/schema-browser/browser';
import { ContractServer, sendError, sendJson, type Exchange } from '../../support/contract-server';
import { catalog, SHOP } from './sample-catalog';

const CONNECTION = {
  profile: 'default',
  production: false,
  host: 'replica.example',
  port: 5432,
  database: 'app',
  user: 'sagemaker_readonly',
  serverVersion: '18.4',
  inRecovery: true,
  lagMs: 312,
  tls: 'verify-full',
  credentials: 'secrets-manager',
  dataBucket: null
};
const RUNNING: ExportStatus = {
  exportId: 'e1',
  state: 'running',
  sql: 'SELECT 1',
  origin: { kind: 'panel', label: 'orders' },
  bucket: 'data',
  key: 'exports/orders.parquet',
  uri: 's3://data/exports/orders.parquet',
  format: 'parquet',
  dataset: null,
  version: null,
  manifest: null,
  phase: null,
  files: 0,
  rowEstimate: null,
  warnings: [],
  rowsRead: 2_100_000,
  rowsWritten: 2_000_000,
  bytes: 183_000_000,
  startedAt: '2026-11-22T12:00:00Z',
  elapsedMs: 12_345,
  error: null
};

let server: ContractServer;
let client: GatewayClient;
let source: CatalogModel;
let browser: SchemaBrowser;
let exports: ExportStatus[];
let storage: string[];
let answers: Record<string, (exchange: Exchange) => void>;

beforeEach(async () => {
  exports = [];
  storage = [];
  answers = {
    catalog: ({ response }) => sendJson(response, SHOP),
    'catalog/search': ({ response }) => sendJson(response, { matches: [], total: 0 }),
    connection: ({ response }) => sendJson(response, CONNECTION),
    exports: ({ response, method }) =>
      method === 'POST' ? sendJson(response, exports[0], 201) : sendJson(response, { exports })
  };
  server = await ContractServer.start(exchange => {
    const route = exchange.path.replace('jupyterlab-replica/v1/', '');
    const answer = answers[route];
    if (route.startsWith('s3/')) {
      storage.push(route);
      sendJson(exchange.response, { buckets: [], dataBucket: null, complete: true });
    } else if (answer) {
      answer(exchange);
    } else {
      sendError(exchange.response, 404, 'not-found', `There is no ${route}.`);
    }
  });
  client = new GatewayClient(server.settings);
  source = new CatalogModel(client);
  browser = new SchemaBrowser({ client, catalog: source, commands: new CommandRegistry() });
  Widget.attach(browser, document.body);
});

afterEach(async () => {
  browser.dispose();
  await server.stop();
});

const find = (selector: string) => {
  const found = browser.node.querySelector<HTMLElement>(selector);
  if (!found) {
    throw new Error(`There is no ${selector}.`);
  }
  return found;
};
const isShown = (selector: string) => !find(selector).classList.contains('lm-mod-hidden');
const until = async (check: () => boolean) => {
  const end = Date.now() + 4_000;
  while (!check()) {
    if (Date.now() > end) {
      throw new Error('It did not happen within four seconds.');
    }
    await new Promise(resolve => setTimeout(resolve, 10));
  }
};
const press = (target: Element, key: string) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
  target.dispatchEvent(event);
  return event;
};

test('before the catalog is there a skeleton says that it is being read', () => {
  expect(find('.jp-Replica-skeleton').getAttribute('aria-label')).toBe('Reading the catalog');
});

test('the connection line says who is connected to what, and how far behind it is', async () => {
  await browser.refresh();
  const line = find('.jp-Replica-connection');
  expect(line.textContent).toBe('applag 0.3 ssagemaker_readonly@replica.example');
  expect(line.title).toContain('PostgreSQL 18.4, a replica');
  expect(find('.jp-Replica-dot').dataset['state']).toBe('good');
});

test.each([
  ['a replica far behind', { lagMs: 60_000 }],
  ['a server that is no replica', { inRecovery: false, lagMs: null }]
])('%s turns the dot amber', async (_what, change) => {
  answers['connection'] = ({ response }) => sendJson(response, { ...CONNECTION, ...change });
  await browser.refresh();
  expect(find('.jp-Replica-dot').dataset['state']).toBe('warning');
});

test('a failure is told with what to do, and trying again ends it', async () => {
  answers['catalog'] = ({ response }) =>
    sendError(
      response,
      502,
      'host-unreachable',
      'replica.example does not answer.',
      'Check the security group.'
    );
  await browser.refresh();
  const notice = find('[role=alert]');
  expect(notice.textContent).toContain('replica.example does not answer.');
  expect(notice.textContent).toContain('Check the security group.');
  expect(notice.textContent).toContain('host-unreachable');
  answers['catalog'] = ({ response }) => sendJson(response, SHOP);
  find('[role=alert] button').click();
  await until(() => !isShown('.jp-Replica-catalogNotice'));
  expect(browser.node.querySelectorAll('[role=treeitem]').length).toBeGreaterThan(0);
});

test('after a failed refresh the tree stays below the message', async () => {
  await browser.refresh();
  answers['catalog'] = ({ response }) => sendError(response, 502, 'timeout', 'Too slow.');
  await browser.refresh();
  expect(find('[role=alert]').textContent).toContain('Too slow.');
  expect(browser.node.querySelectorAll('[role=treeitem]').length).toBeGreaterThan(0);
});

test('a message keeps its focus while the tree below it changes', async () => {
  await browser.refresh();
  answers['catalog'] = ({ response }) => sendError(response, 502, 'timeout', 'Too slow.');
  await browser.refresh();
  const again = find('[role=alert] button');
  again.focus();
  browser.model.toggle(browser.model.rows[0]?.id ?? '');
  expect(document.activeElement).toBe(again);
});

test('a database of which nothing is visible says which grants to ask for', async () => {
  answers['catalog'] = ({ response }) => sendJson(response, catalog());
  await browser.refresh();
  expect(find('.jp-Replica-nothing').textContent).toContain('GRANT USAGE ON SCHEMA');
});

test('the slash goes to the search, typing filters, Escape ends it and goes back', async () => {
  await browser.refresh();
  const tree = find('[role=tree]');
  tree.focus();
  press(tree, '/');
  const search = browser.node.querySelector('input')!;
  expect(document.activeElement).toBe(search);
  search.value = 'zebra';
  search.dispatchEvent(new Event('input'));
  await until(() => find('.jp-Replica-nothing').textContent === 'No table, view or column matches “zebra”.');
  press(search, 'Escape');
  expect(search.value).toBe('');
  expect(browser.model.rows.length).toBeGreaterThan(0);
  press(search, 'Escape');
  await until(() => document.activeElement === tree);
});

test('a slash typed in the search is a slash', async () => {
  const search = browser.node.querySelector('input')!;
  search.focus();
  expect(press(search, '/').defaultPrevented).toBe(false);
});

test('F5 reads catalog, connection, datasets and exports again', async () => {
  await browser.refresh();
  const before = server.requests.length;
  expect(press(find('[role=tree]'), 'F5').defaultPrevented).toBe(true);
  await until(() => server.requests.length === before + 4);
});

test('while the gateway has not answered nothing is asked twice', async () => {
  await browser.refresh();
  const held: (() => void)[] = [];
  const { connection, exports: list } = answers;
  answers['connection'] = exchange => held.push(() => connection!(exchange));
  answers['exports'] = exchange => held.push(() => list!(exchange));
  const looks = Promise.all([browser.refresh(), browser.refresh()]);
  await until(() => held.length === 2);
  browser.connectionRefreshSeconds = 0;
  await new Promise(resolve => setTimeout(resolve, 50));
  expect(held).toHaveLength(2);
  held.forEach(answer => answer());
  await looks;
});

test('exports are out of the way while there is none', async () => {
  await browser.refresh();
  expect(isShown('.jp-Replica-exports')).toBe(false);
});

test('an export started on this page is shown with its progress until it is done', async () => {
  await browser.refresh();
  exports = [RUNNING];
  await client.startExport({ sql: 'SELECT 1', origin: RUNNING.origin, bucket: 'data', key: RUNNING.key });
  await until(() => isShown('.jp-Replica-exports'));
  expect(find('.jp-Replica-export').textContent).toBe('orders.parquet2M rows · 183 MB · 15 MB/s');
  expect(find('.jp-Replica-export').title).toContain('2,000,000 rows written');
  exports = [{ ...RUNNING, state: 'done' }];
  await until(() => find('.jp-Replica-export').dataset['state'] === 'done');
  expect(find('.jp-Replica-export button').getAttribute('aria-label')).toBe(
    'Copy s3://data/exports/orders.parquet'
  );
  const asked = server.asked('jupyterlab-replica/v1/exports').length;
  await new Promise(resolve => setTimeout(resolve, 1_300));
  expect(server.asked('jupyterlab-replica/v1/exports')).toHaveLength(asked);
});

test('a running export is cancelled by its button', async () => {
  exports = [RUNNING];
  await browser.refresh();
  answers['exports/e1/cancel'] = ({ response }) => {
    exports = [{ ...RUNNING, state: 'cancelled' }];
    sendJson(response, exports[0]);
  };
  find('[aria-label="Cancel the export exports/orders.parquet"]').click();
  await until(() => find('.jp-Replica-export').dataset['state'] === 'cancelled');
});

test('those that have ended are cleared, and the button is there only while there are such', async () => {
  const clear = () => find('[aria-label="Clear the exports that have ended"]');
  exports = [RUNNING];
  await browser.refresh();
  expect(clear().hidden).toBe(true);
  exports = [RUNNING, { ...RUNNING, exportId: 'e0', state: 'done' }];
  await browser.exports.refresh();
  expect(clear().hidden).toBe(false);
  const list = answers['exports']!;
  answers['exports'] = exchange => {
    if (exchange.method !== 'DELETE') return list(exchange);
    exports = [RUNNING];
    exchange.response.writeHead(204).end();
  };
  clear().click();
  await until(() => document.querySelectorAll('.jp-Replica-export').length === 1);
  expect(clear().hidden).toBe(true);

  exports = [{ ...RUNNING, state: 'done' }];
  await browser.exports.refresh();
  answers['exports'] = exchange =>
    exchange.method === 'DELETE'
      ? sendError(exchange.response, 502, 'gateway-unavailable', 'The gateway does not answer.')
      : list(exchange);
  clear().click();
  await until(() => find('.jp-Replica-exportsError').textContent !== '');
  expect(find('.jp-Replica-exportsError').textContent).toContain('The gateway does not answer.');
  expect(document.querySelectorAll('.jp-Replica-export')).toHaveLength(1);
});

test('a running export tells its share, rate and the time left, and an ended one brings its dataset', async () => {
  await browser.refresh();
  exports = [{ ...RUNNING, rowEstimate: 4_000_000, elapsedMs: 20_000 }];
  await browser.exports.refresh();
  expect(find('.jp-Replica-export').textContent).toBe('orders.parquet50 % · 9.2 MB/s · about 20.0 s left');
  const looked = storage.length;
  const dataset = { mode: 'new-version', partitionBy: [], targetFileBytes: null, retain: null, glue: null };
  const done = { ...RUNNING, state: 'done', dataset, version: 'v1', manifest: 's3://data/m.json' };
  exports = [done as ExportStatus];
  await browser.exports.refresh();
  await until(() => storage.length > looked);
  expect(find('[aria-label="Open the manifest of s3://data/exports/orders.parquet"]')).toBeTruthy();
});

test('a failed export is tried again, over what is there where that was the reason', async () => {
  const nothing = { subject: null, action: null, detail: null, hint: null, position: null, sqlstate: null };
  const error = { ...nothing, code: 'object-exists' as const, message: 'There is already an object.' };
  exports = [{ ...RUNNING, state: 'failed', error }];
  const retried: (string | null)[] = [];
  answers['exports/e1/retry'] = ({ response, query }) => {
    retried.push(query.get('overwrite'));
    sendJson(response, exports[0], 201);
  };
  await browser.refresh();
  find('[aria-label="Export exports/orders.parquet again and replace what is there"]').click();
  await until(() => retried.length === 1);
  exports = [{ ...RUNNING, state: 'cancelled' }];
  // The answer on its way may be of before.
  await browser.exports.refresh();
  await browser.exports.refresh();
  find('[aria-label="Export exports/orders.parquet again"]').click();
  await until(() => retried.length === 2);
  expect(retried).toEqual(['true', 'false']);
});
