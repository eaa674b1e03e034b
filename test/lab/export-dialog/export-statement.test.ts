import { Clipboard, Notification } from '@jupyterlab/apputils';
import { type ServerResponse } from 'node:http';
import { type ExportRequest, type ExportStatus, parseExportRequest } from '../../../src/contract/export';
import { exportStatement } from '../../../src/lab/export-dialog/export-statement';
import { GatewayClient } from '../../../src/lab/gateway-client/client';
import { ContractServer, type Exchange, sendError, sendJson } from '../../support/contract-server';

jest.setTimeout(20_000);

const URI = 's3://jao-dev-data-science/exports/my-orders.parquet';
let server: ContractServer;
let asked: ExportRequest[];
let cancelled: string[];
let events: ServerResponse | null;
let objectExists: boolean;
let isDatabaseSilent: boolean;

beforeEach(async () => {
  asked = [];
  cancelled = [];
  events = null;
  objectExists = false;
  isDatabaseSilent = false;
  server = await ContractServer.start(answer);
});

afterEach(async () => {
  Notification.manager.dismiss();
  await server.stop();
});

function answer({ method, path, body, response }: Exchange): void {
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
  } else if (method === 'POST') {
    const request = parseExportRequest(JSON.parse(body));
    asked.push(request);
    if (objectExists && !request.overwrite) {
      sendError(
        response,
        409,
        'object-exists',
        `${URI} exists already.`,
        'Choose another key, or replace it.'
      );
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
  encryption: 'SSE-KMS, key alias/jao-dev',
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
    key: 'exports/my-orders.parquet',
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

function start(): Promise<void> {
  const client = new GatewayClient(server.settings);
  return exportStatement(client, { sql: 'select * from orders', name: 'my orders' });
}

/** Exports to what the dialog proposes. */
async function exported(): Promise<{ readonly done: Promise<void> }> {
  const done = start();
  await until(() => dialog() !== null);
  press('Export');
  return { done };
}

it('proposes the data bucket and a key after the name of the panel', async () => {
  const done = start();
  await until(() => dialog() !== null);
  expect(field('bucket').value).toBe('jao-dev-data-science');
  expect(field('key').value).toBe('exports/my-orders.parquet');
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
  const { done } = await exported();
  await until(() => events !== null);
  expect(asked[0]).toMatchObject({
    sql: 'select * from orders',
    key: 'exports/my-orders.parquet',
    overwrite: false
  });
  tell({ rowsRead: 200_000, rowsWritten: 120_000, bytes: 12_000_000, elapsedMs: 3_000 });
  await until(() => notice()!.message.includes('120,000 of 200,000 rows'));
  expect(notice()!.message).toContain('12 MB');
  expect(notice()!.type).toBe('in-progress');
  tell({ state: 'done', rowsRead: 4_213_880, rowsWritten: 4_213_880, bytes: 371_000_000, elapsedMs: 72_000 });
  await done;
  expect(notice()!.type).toBe('success');
  expect(notice()!.message).toBe(`4,213,880 rows, 371 MB, 1 min 12 s\n${URI}`);
  const copy = jest.spyOn(Clipboard, 'copyToSystem').mockImplementation(() => undefined);
  act('Copy s3:// address');
  expect(copy).toHaveBeenCalledWith(URI);
  copy.mockRestore();
});

it('cancels from its notification', async () => {
  const { done } = await exported();
  await until(() => events !== null);
  act('Cancel');
  await done;
  expect(cancelled).toEqual(['e1']);
  expect(notice()!.message).toContain('Export cancelled. Nothing was written to');
});

it('says why it failed and what to do', async () => {
  const { done } = await exported();
  await until(() => events !== null);
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
  await done;
  expect(notice()!.type).toBe('error');
  expect(notice()!.message).toContain('Writing to the bucket was denied. Ask for s3:PutObject.');
});

it('replaces an object only when it is told to', async () => {
  objectExists = true;
  const { done } = await exported();
  await done;
  expect(notice()!.message).toContain(`${URI} exists already.`);
  act('Replace');
  await until(() => asked.length === 2);
  expect(asked[1]!.overwrite).toBe(true);
  await until(() => events !== null);
  tell({ state: 'done', rowsWritten: 1, rowsRead: 1 });
  await until(() => notice()?.type === 'success');
});

it('exports a version of a dataset with the partitions that were typed, after saying what it writes', async () => {
  const done = start();
  await until(() => dialog() !== null);
  const kind = document.querySelector<HTMLSelectElement>('.jp-ReplicaExport-kind')!;
  kind.value = 'new-version';
  kind.dispatchEvent(new Event('change'));
  expect(field('key').value).toBe('exports/my-orders');
  field('partitions').value = 'created_at:month, status';
  const plan = () => document.querySelector('.jp-ReplicaExport-plan')?.textContent ?? '';
  await until(() => plan().startsWith('Writes'));
  expect(plan()).toBe(
    'Writes about 4.2M rows, about 380 MB, 2 files or more, about 1 min 1 s. Encrypted by the bucket: SSE-KMS, key alias/jao-dev. There is no dataset yet; this is its first version.'
  );
  const offered = [...(field('partitions').list?.options ?? [])].map(({ value }) => value);
  expect(offered).toEqual(['created_at:month', 'created_at:year', 'created_at:day', 'status']);
  press('Export');
  await until(() => asked.length === 1);
  expect(asked[0]).toMatchObject({
    key: 'exports/my-orders',
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
  await done;
});
