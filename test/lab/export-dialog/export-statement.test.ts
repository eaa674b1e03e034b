import { Clipboard, Notification } from '@jupyterlab/apputils';
import { type ServerResponse } from 'node:http';
import { type ExportRequest, type ExportStatus, parseExportRequest } from '../../../src/contract/export';
import { exportStatement } from '../../../src/lab/export-dialog/export-statement';
import { ExportNotices } from '../../../src/lab/export-dialog/export-notices';
import { RememberedTargets } from '../../../src/lab/export-dialog/remembered-targets';
import { GatewayClient } from '../../../src/lab/gateway-client/client';
import { ContractServer, type Exchange, sendError, sendJson } from '../../support/contract-server';

jest.setTimeout(20_000);

const URI = 's3://jao-dev-data-science/exports/my-orders';
let server: ContractServer;
let asked: ExportRequest[];
let cancelled: string[];
let retried: string[];
let events: ServerResponse | null;
let isRefused: boolean;
let isDatabaseSilent: boolean;
let client: GatewayClient;
let remembered: RememberedTargets;
let listed: ExportStatus[];
let notices: ExportNotices;
let opened: (string | null)[];

beforeEach(async () => {
  asked = [];
  cancelled = [];
  retried = [];
  events = null;
  isRefused = false;
  isDatabaseSilent = false;
  listed = [];
  server = await ContractServer.start(answer);
  client = new GatewayClient(server.settings);
  remembered = new RememberedTargets(null);
  notices = new ExportNotices(client, ({ manifest }) => opened.push(manifest));
  opened = [];
});

afterEach(async () => {
  Notification.manager.dismiss();
  await server.stop();
});

function answer({ method, path, query, body, response }: Exchange): void {
  if (path.endsWith('v1/connection')) {
    if (isDatabaseSilent) return;
    sendJson(response, {
      profile: 'default',
      production: false,
      host: 'db',
      port: 5432,
      database: 'shop',
      user: 'reader',
      serverVersion: '18',
      inRecovery: true,
      lagMs: 3,
      tls: 'verify-full',
      credentials: 'secrets-manager',
      dataBucket: 'jao-dev-data-science'
    });
  } else if (path.endsWith('v1/exports/plan')) {
    sendJson(response, PLAN);
  } else if (path.includes('v1/s3/buckets')) {
    sendJson(response, { buckets: ['jao-dev-data-science'], dataBucket: null, complete: true });
  } else if (path.includes('v1/s3/folder')) {
    sendJson(response, { prefixes: ['exports/old/'], objects: [], complete: true });
  } else if (path.endsWith('/events')) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    events = response;
    tell({});
  } else if (path.endsWith('/cancel')) {
    cancelled.push(path.split('/').at(-2) ?? '');
    tell({ state: 'cancelled' });
    sendJson(response, status({ state: 'cancelled' }));
  } else if (method === 'GET' && path.endsWith('v1/exports')) {
    sendJson(response, { exports: listed });
  } else if (path.endsWith('/retry')) {
    retried.push(`${path.split('/').at(-2)} ${query.get('overwrite')}`);
    sendJson(response, status({ exportId: 'e2' }), 201);
  } else if (method === 'POST') {
    const request = parseExportRequest(JSON.parse(body));
    asked.push(request);
    if (isRefused) {
      sendError(response, 400, 'bad-request', '"my bucket" is not the name of a bucket.');
    } else {
      sendJson(response, status({}), 201);
    }
  }
}

const PLAN = {
  rows: 4_200_000,
  bytes: 380_000_000,
  files: 2,
  durationMs: 61_000,
  encryption: 'bucket default (SSE-KMS, key alias/jao-dev)',
  objectExists: false,
  newest: null,
  columns: [
    { name: 'created_at', type: 'timestamp with time zone' },
    { name: 'status', type: 'text' },
    { name: 'total', type: 'numeric' }
  ],
  notes: []
};

function status(change: Partial<ExportStatus>): ExportStatus {
  return {
    exportId: 'e1',
    state: 'running',
    sql: 'select * from orders',
    origin: { kind: 'export', label: 'my orders' },
    bucket: 'jao-dev-data-science',
    key: 'exports/my-orders',
    uri: URI,
    format: 'parquet',
    dataset: null,
    version: null,
    manifest: null,
    phase: null,
    files: 0,
    rowEstimate: null,
    warnings: [],
    rowsRead: 0,
    rowsWritten: 0,
    bytes: 0,
    startedAt: '2026-01-01T12:00:00Z',
    elapsedMs: 0,
    error: null,
    ...change
  };
}

function tell(change: Partial<ExportStatus>): void {
  const next = status(change);
  events?.write(`event: status\ndata: ${JSON.stringify(next)}\n\n`);
  if (next.state !== 'running') events?.end();
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 500) throw new Error(`it never came true: ${holds}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

const dialog = () => document.querySelector<HTMLElement>('.jp-Dialog');
const field = (name: string) => document.querySelector<HTMLInputElement>(`.jp-ReplicaExport-${name}`)!;
const notice = () => Notification.manager.notifications[0];
const press = (label: string) =>
  [...dialog()!.querySelectorAll('button')].find(button => button.textContent?.includes(label))!.click();
const act = (label: string) =>
  notice()!
    .options.actions!.find(action => action.label === label)!
    .callback(new MouseEvent('click'));

const start = (now = false, sql = 'select * from orders'): Promise<void> =>
  exportStatement(client, { sql, name: 'my orders' }, remembered, now);

/** Exports to what the dialog proposes. */
async function exported(): Promise<void> {
  const done = start();
  await until(() => dialog() !== null);
  press('Export');
  await done;
  await until(() => events !== null);
}

it('proposes the data bucket and a key after the name of the panel', async () => {
  const done = start();
  await until(() => dialog() !== null);
  expect(field('bucket').value).toBe('jao-dev-data-science');
  expect(field('key').value).toBe('exports/my-orders');
  expect(dialog()!.querySelector<HTMLInputElement>('[value="dataset"]')!.checked).toBe(true);
  expect(dialog()!.textContent).toContain('select * from orders');
  press('Cancel');
  await done;
  expect(asked).toEqual([]);
});

it('opens its dialog though the database does not answer, and says what it waits for', async () => {
  isDatabaseSilent = true;
  const done = start();
  await until(() => notice()?.message === 'Asking the gateway for the data bucket…');
  await until(() => dialog() !== null);
  expect(notice()).toBeUndefined();
  expect(field('bucket').value).toBe('');
  press('Cancel');
  await done;
});

it('asks again until the target can be one, keeping what was typed', async () => {
  const done = start();
  await until(() => dialog() !== null);
  field('key').value = 'exports/';
  press('Export');
  await until(() => document.querySelector('.jp-ReplicaExport-problem') !== null);
  expect(field('key').value).toBe('exports/');
  press('Cancel');
  await done;
  expect(asked).toEqual([]);
});

it('shows rows and bytes while it runs, and ends with the address and a copy button', async () => {
  await exported();
  expect(asked[0]).toMatchObject({
    sql: 'select * from orders',
    key: 'exports/my-orders',
    format: 'parquet',
    compression: 'zstd',
    overwrite: false,
    dataset: { mode: 'new-version', partitionBy: [] }
  });
  tell({ rowsRead: 200_000, rowsWritten: 120_000, bytes: 12_000_000, elapsedMs: 3_000 });
  await until(() => notice()!.message.includes('120,000 of 200,000 rows'));
  expect(notice()!.message).toContain('12 MB');
  expect(notice()!.type).toBe('in-progress');
  tell({ state: 'done', rowsRead: 4_213_880, rowsWritten: 4_213_880, bytes: 371_000_000, elapsedMs: 72_000 });
  await until(() => notice()!.type === 'success');
  expect(notice()!.type).toBe('success');
  expect(notice()!.message).toBe(`4,213,880 rows, 371 MB, 1 min 12 s\n${URI}`);
  const copy = jest.spyOn(Clipboard, 'copyToSystem').mockImplementation(() => undefined);
  act('Copy s3:// address');
  expect(copy).toHaveBeenCalledWith(URI);
  copy.mockRestore();
});

it('cancels from its notification', async () => {
  await exported();
  act('Cancel');
  await until(() => notice()!.type === 'info');
  expect(cancelled).toEqual(['e1']);
  expect(notice()!.message).toContain('Export cancelled. Nothing was written to');
});

it('says why it failed and what to do', async () => {
  await exported();
  const nothing = { subject: null, detail: null, hint: null, position: null, sqlstate: null };
  tell({
    state: 'failed',
    error: {
      ...nothing,
      code: 'bucket-denied',
      message: 'Writing to the bucket was denied.',
      action: 'Ask for s3:PutObject.'
    }
  });
  await until(() => notice()!.type === 'error');
  expect(notice()!.type).toBe('error');
  expect(notice()!.message).toContain('Writing to the bucket was denied. Ask for s3:PutObject.');
});

it('tells its end in a notification of its own, because Lab drops changes to one that is not drawn yet', async () => {
  const added: string[] = [];
  const see = (_: unknown, { type, notification }: Notification.IChange) => {
    if (type === 'added') {
      added.push(notification.type);
    }
  };
  Notification.manager.changed.connect(see);
  try {
    await exported();
    tell({ state: 'done', rowsWritten: 1, rowsRead: 1 });
    await until(() => notice()!.type === 'success');
  } finally {
    Notification.manager.changed.disconnect(see);
  }
  expect(added.slice(-2)).toEqual(['in-progress', 'success']);
  expect(Notification.manager.notifications).toHaveLength(1);
});

it('replaces an object only when it is told to', async () => {
  await exported();
  const nothing = { subject: null, detail: null, hint: null, position: null, sqlstate: null };
  const action = 'Choose another key, or replace it.';
  tell({
    state: 'failed',
    error: { ...nothing, code: 'object-exists', message: `${URI} exists already.`, action }
  });
  await until(() => notice()!.type === 'error');
  expect(notice()!.message).toContain(`${URI} exists already.`);
  events = null;
  act('Replace');
  await until(() => events !== null);
  expect(retried).toEqual(['e1 true']);
  tell({ state: 'done', rowsWritten: 1, rowsRead: 1 });
  await until(() => Notification.manager.notifications.some(({ type }) => type === 'success'));
});

it('says why an export was not even started', async () => {
  isRefused = true;
  const done = start();
  await until(() => dialog() !== null);
  press('Export');
  await done;
  expect(notice()!.message).toBe('Export failed. "my bucket" is not the name of a bucket.');
});

it('exports a version with the partitions that were chosen, after saying what it writes', async () => {
  const done = start();
  await until(() => dialog() !== null);
  const text = (part: string) => document.querySelector(`.jp-ReplicaExport-${part}`)?.textContent ?? '';
  await until(() => text('amount').startsWith('about'));
  expect(text('amount')).toBe('about 4.2M rows, about 380 MB, 2 files or more, about 1 min 1 s.');
  expect(text('encryption')).toBe('bucket default (SSE-KMS, key alias/jao-dev)');
  expect(text('existing')).toBe('There is no dataset here yet; this is its first version.');
  const proposals = () => [...document.querySelectorAll<HTMLButtonElement>('.jp-ReplicaExport-proposal')];
  expect(proposals().map(({ textContent }) => textContent)).toEqual([
    'created_at:month',
    'created_at:year',
    'status',
    'created_at:day'
  ]);
  proposals()[0]!.click();
  proposals()[2]!.click();
  proposals()[1]!.click();
  proposals()[1]!.click();
  expect(proposals().map(one => one.getAttribute('aria-pressed'))).toEqual([
    'true',
    'false',
    'true',
    'false'
  ]);
  expect(field('partitions').value).toBe('created_at:month, status');
  press('Export');
  await done;
  expect(asked[0]).toMatchObject({
    dataset: {
      mode: 'new-version',
      partitionBy: [
        { column: 'created_at', part: 'month' },
        { column: 'status', part: null }
      ]
    }
  });
  await until(() => events !== null);
  tell({ state: 'done' });
});

it('exports one file in the format that was chosen', async () => {
  const done = start();
  await until(() => dialog() !== null);
  const choose = (node: HTMLElement) => node.dispatchEvent(new Event('change', { bubbles: true }));
  const file = dialog()!.querySelector<HTMLInputElement>('[value="object"]')!;
  file.checked = true;
  choose(file);
  expect(field('key').value).toBe('exports/my-orders.parquet');
  expect(field('partitions').closest<HTMLElement>('.jp-ReplicaExport-partitionField')!.hidden).toBe(true);
  const format = document.querySelector<HTMLSelectElement>('.jp-ReplicaExport-format')!;
  format.value = 'csv.gz';
  choose(format);
  expect(field('key').value).toBe('exports/my-orders.csv.gz');
  press('Export');
  await done;
  expect(asked[0]).toMatchObject({ key: 'exports/my-orders.csv.gz', format: 'csv.gz', dataset: null });
});

it('asks nothing once a destination is remembered, and proposes its folder, kind and format for others', async () => {
  const first = start(true);
  await until(() => dialog() !== null);
  field('key').value = 'team/a/first';
  press('Export');
  await first;
  await start(true);
  expect(dialog()).toBeNull();
  expect(asked.map(({ key }) => key)).toEqual(['team/a/first', 'team/a/first']);
  await exportStatement(client, { sql: 'select 2', name: 'Other query' }, remembered, true);
  expect(asked[2]).toMatchObject({ key: 'team/a/other-query', dataset: { mode: 'new-version' } });
});

it('remembers over a reload, and what cannot be read counts as nothing', async () => {
  const kept = new Map<string, unknown>();
  const state = {
    fetch: async (key: string) => kept.get(key) as never,
    save: async (key: string, value: unknown) => void kept.set(key, value)
  };
  const target = { bucket: 'b', key: 'x/y.csv', kind: 'object', format: 'csv', partitions: '' } as const;
  new RememberedTargets(state).remember('q', target);
  expect(await new RememberedTargets(state).propose('q')).toEqual(target);
  expect(await new RememberedTargets(state).propose('New name')).toEqual({
    ...target,
    key: 'x/new-name.csv'
  });
  kept.forEach((_, key) => kept.set(key, { bucket: 7 }));
  expect(await new RememberedTargets(state).propose('q')).toBeNull();
});

it('gives exports that run a notification again after a reload, and those that have ended none', async () => {
  listed = [status({ rowsWritten: 5, rowsRead: 9 }), status({ exportId: 'e0', state: 'done' })];
  const ended = notices.resume();
  await until(() => notice()?.message.includes('rows read') ?? false);
  expect(Notification.manager.notifications).toHaveLength(1);
  await until(() => events !== null);
  tell({ state: 'done', manifest: 's3://m.json', version: 'v1', rowsWritten: 9, rowsRead: 9 });
  await ended;
  act('Open manifest');
  expect(opened).toEqual(['s3://m.json']);
});
