import { Clipboard, Notification } from '@jupyterlab/apputils';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import { Int32, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { COMMANDS } from '../../../src/lab/commands';
import { addDatasetCommands } from '../../../src/lab/dataset-browser/dataset-commands';
import { DatasetsModel } from '../../../src/lab/dataset-browser/datasets-model';
import { DatasetsSection } from '../../../src/lab/dataset-browser/datasets-section';
import { GatewayClient } from '../../../src/lab/gateway-client/client';
import { ContractServer, sendError, sendJson, type Exchange } from '../../support/contract-server';

const MANIFEST: unknown = JSON.parse(
  readFileSync(path.join(__dirname, '../../fixtures/contract/manifest.json'), 'utf8')
);
const version = (sequence: number, name: string) => ({
  sequence,
  version: name,
  mode: 'new-version',
  committedAt: `2026-11-2${sequence}T12:00:00.000Z`,
  asOf: null,
  user: 'ada',
  rows: 4_200_000 * sequence,
  bytes: 1_100_000_000,
  files: 2
});
const [OLD, NEW] = [version(1, 'old'), version(2, 'new')];
const SINGLE = { key: 'exports/one.csv', bytes: 3_120, modifiedAt: '2026-11-25T22:17:12.000Z' };

let server: ContractServer;
let model: DatasetsModel;
let section: DatasetsSection;
let commands: CommandRegistry;
let added: Widget[];
let inserted: string[];
let answers: Record<string, (exchange: Exchange) => void>;

beforeEach(async () => {
  added = [];
  inserted = [];
  answers = {
    'GET buckets': ({ response }) =>
      sendJson(response, { buckets: ['data'], dataBucket: 'data', complete: true }),
    'GET datasets': ({ response }) =>
      sendJson(response, {
        datasets: [{ bucket: 'data', prefix: 'exports/orders', newest: NEW }],
        objects: [SINGLE],
        complete: false
      }),
    'GET versions': ({ response }) => sendJson(response, { versions: [NEW, OLD], unreadable: 0 }),
    'GET manifest': ({ response }) => sendJson(response, MANIFEST),
    'GET deletion': ({ response }) =>
      sendJson(response, { objects: 3, bytes: 3_120, keys: ['exports/orders/v=old/part-0.parquet'] }),
    'DELETE versions': ({ response }) => sendJson(response, { objects: 3, bytes: 3_120, keys: [] })
  };
  server = await ContractServer.start(exchange => {
    const route = `${exchange.method} ${exchange.path.replace('jupyterlab-replica/v1/s3/', '')}`;
    const answer = answers[route];
    if (answer) answer(exchange);
    else sendError(exchange.response, 404, 'not-found', `There is no ${route}.`);
  });
  commands = new CommandRegistry();
  commands.addCommand(COMMANDS.insertCode, { execute: ({ code }) => inserted.push(String(code)) });
  model = new DatasetsModel(new GatewayClient(server.settings).storage);
  const shell = {
    widgets: () => added[Symbol.iterator](),
    add: (widget: Widget) => {
      added.push(widget);
      Widget.attach(widget, document.body);
    },
    activateById: () => undefined
  };
  addDatasetCommands({ commands, shell: shell as never }, model);
  section = new DatasetsSection(model, commands);
  Widget.attach(section, document.body);
});

afterEach(async () => {
  section.dispose();
  model.dispose();
  added.forEach(widget => widget.dispose());
  Notification.manager.dismiss();
  await server.stop();
});

const until = async (check: () => boolean) => {
  const end = Date.now() + 8_000;
  while (!check()) {
    if (Date.now() > end) throw new Error(`It did not happen: ${check}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
};
const tree = () => section.node.querySelector<HTMLElement>('[role=tree]')!;
const rows = () => [...tree().querySelectorAll<HTMLElement>('[role=treeitem]')];
const names = () => rows().map(row => row.querySelector('.jp-Replica-rowName')!.textContent);
const press = (key: string) =>
  tree().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
const said = () => section.node.querySelector('.jp-Replica-datasetsNotice')!.textContent;
const dialog = () => document.querySelector<HTMLElement>('.jp-Dialog');

async function ready(): Promise<void> {
  await model.refresh();
  press('Home');
}

async function opened(): Promise<void> {
  await ready();
  press('ArrowRight');
  await until(() => rows().length === 5);
}

test('datasets, single files and what is left out are shown with size, rows and date', async () => {
  await ready();
  expect(names()).toEqual([
    'exports/orders',
    'exports/one.csv',
    'There is more in this bucket than is looked through.'
  ]);
  expect(rows()[0]!.textContent).toContain('v 2026-11-22 · 8.4M rows · 1.1 GB');
  expect(rows()[0]!.title).toContain('8,400,000 rows, 1,100,000,000 bytes in 2 files');
  expect(rows()[1]!.getAttribute('aria-label')).toBe('exports/one.csv, single file, 2026-11-25, 3.1 kB');
});

test('the keyboard opens a dataset to its versions and a version to its files', async () => {
  await opened();
  expect(rows()[0]!.getAttribute('aria-expanded')).toBe('true');
  expect(rows()[1]!.textContent).toContain('newest · 8.4M rows');
  expect(rows()[2]!.getAttribute('aria-level')).toBe('2');
  press('ArrowDown');
  press('ArrowRight');
  await until(() => names().some(name => name?.includes('part-00000.parquet')));
  expect(rows()[1]!.getAttribute('aria-selected')).toBe('true');
  expect(tree().getAttribute('aria-activedescendant')).toBe(rows()[1]!.id);
  press('ArrowLeft');
  press('ArrowLeft');
  press('ArrowLeft');
  expect(rows()).toHaveLength(3);
  press('o');
  expect(model.selected?.id).toBe('s3://data/exports/one.csv');
});

test('without a bucket, with an empty one and with a forbidden one it says what to do', async () => {
  answers['GET buckets'] = ({ response }) =>
    sendJson(response, { buckets: [], dataBucket: null, complete: true });
  await model.refresh();
  expect(said()).toContain('With JUPYTERLAB_REPLICA_DATA_BUCKET');
  answers['GET buckets'] = ({ response }) =>
    sendJson(response, { buckets: ['data'], dataBucket: 'data', complete: true });
  answers['GET datasets'] = ({ response }) =>
    sendJson(response, { datasets: [], objects: [], complete: true });
  await model.refresh();
  expect(said()).toContain('Nothing in s3://data yet.');
  answers['GET datasets'] = ({ response }) =>
    sendError(response, 422, 'bucket-denied', 'Reading s3://data/ is not allowed.', 'Ask for s3:ListBucket.');
  await model.refresh();
  expect(section.node.querySelector('[role=alert]')!.textContent).toContain('Ask for s3:ListBucket.');
  answers['GET datasets'] = ({ response }) =>
    sendJson(response, {
      datasets: [{ bucket: 'data', prefix: 'a', newest: null }],
      objects: [],
      complete: true
    });
  section.node.querySelector<HTMLElement>('[role=alert] button')!.click();
  await until(() => names()[0] === 'a');
  expect(section.node.querySelector('[role=alert]')).toBeNull();
});

test('what cannot be read below a row is said there and read again when it is opened again', async () => {
  answers['GET versions'] = ({ response }) =>
    sendError(response, 422, 's3-failed', 'S3 failed.', 'Try again.');
  await ready();
  press('ArrowRight');
  await until(() => names()[1] === 'S3 failed. Try again.');
  answers['GET versions'] = ({ response }) => sendJson(response, { versions: [NEW, OLD], unreadable: 1 });
  press('ArrowLeft');
  press('ArrowRight');
  await until(() => names()[3] === '1 manifests cannot be read.');
});

test('a version is deleted after it was asked and shown what goes, the newest never', async () => {
  await opened();
  press('ArrowDown');
  expect(commands.isEnabled(COMMANDS.datasetDelete)).toBe(false);
  press('ArrowDown');
  press('Delete');
  await until(() => dialog() !== null);
  expect(dialog()!.textContent).toContain('s3://data/exports/orders/v=old/');
  expect(dialog()!.textContent).toContain('3 objects, 3.1 kB are deleted for good, and nothing else:');
  expect(dialog()!.textContent).toContain('exports/orders/v=old/part-0.parquet');
  expect(dialog()!.textContent).toContain('and 2 more');
  const deleted = () => server.requests.filter(({ method }) => method === 'DELETE');
  dialog()!.querySelector<HTMLElement>('.jp-mod-reject')!.click();
  await until(() => dialog() === null);
  expect(deleted()).toHaveLength(0);
  press('Delete');
  await until(() => dialog() !== null);
  dialog()!.querySelector<HTMLElement>('.jp-mod-warn')!.click();
  await until(() => deleted().length === 1);
  expect(deleted()[0]!.query.get('version')).toBe('old');
  await until(() =>
    Notification.manager.notifications.some(({ message }) => message.startsWith('Deleted 3 objects'))
  );
});

test('a dataset is deleted whole only once its name is typed', async () => {
  await ready();
  model.select('s3://data/exports/orders');
  press('Delete');
  // The title comes a moment after what it is the title of.
  await until(() => dialog()?.textContent.includes('Delete this dataset with all of its versions?') ?? false);
  expect(dialog()!.textContent).toContain('Type orders to delete it:');
  const accept = dialog()!.querySelector<HTMLButtonElement>('.jp-mod-warn')!;
  const input = dialog()!.querySelector('input')!;
  expect(accept.disabled).toBe(true);
  const type = (text: string) => {
    input.value = text;
    input.dispatchEvent(new Event('input'));
  };
  type('order');
  expect(accept.disabled).toBe(true);
  type('orders');
  expect(accept.disabled).toBe(false);
  accept.click();
  const deleted = () => server.requests.filter(({ method }) => method === 'DELETE');
  await until(() => deleted().length === 1);
  expect(deleted()[0]!.query.get('prefix')).toBe('exports/orders');
  expect(deleted()[0]!.query.has('version')).toBe(false);
});

test('the gateway refusing what a deletion would take is told, and nobody is asked', async () => {
  answers['GET deletion'] = ({ response }) =>
    sendError(response, 404, 'not-found', 'The dataset has no version old.', 'It may have been deleted.');
  await opened();
  model.select('s3://data/exports/orders/v=old');
  await commands.execute(COMMANDS.datasetDelete);
  expect(dialog()).toBeNull();
  expect(Notification.manager.notifications[0]!.message).toContain('has no version old.');
});

test('first rows are shown in a tab with types, digits and NULL; CSV has no preview', async () => {
  const table = new Table({
    id: vectorFromArray([1, 2], new Int32()),
    note: vectorFromArray(['<b>', null], new Utf8())
  });
  answers['GET preview'] = ({ response }) =>
    response
      .writeHead(200, { 'Content-Type': 'application/vnd.apache.arrow.stream' })
      .end(tableToIPC(table, 'stream'));
  await ready();
  press('Enter');
  await until(() => added[0]?.node.querySelector('table') !== null && added.length === 1);
  const cells = [...added[0]!.node.querySelectorAll('td')].map(({ textContent }) => textContent);
  expect(cells).toEqual(['1', '<b>', '2', 'NULL']);
  expect(added[0]!.title.label).toBe('orders');
  expect(added[0]!.node.textContent).toContain('2 rows of the first of 2 files · s3://data/exports/orders');
  press('ArrowDown');
  expect(commands.isEnabled(COMMANDS.datasetPreview)).toBe(false);
});

test('a preview that fails says why and is tried again', async () => {
  answers['GET preview'] = ({ response }) =>
    sendError(response, 422, 'dataset-unreadable', 'The file cannot be read as Parquet.');
  await ready();
  press('Enter');
  await until(() => added[0]?.node.querySelector('[role=alert]') !== null && added.length === 1);
  expect(added[0]!.node.textContent).toContain('The file cannot be read as Parquet.');
});

test('a read cell, addresses, code and the manifest are for the row that is selected', async () => {
  const copy = jest.spyOn(Clipboard, 'copyToSystem').mockImplementation(() => undefined);
  await ready();
  await commands.execute(COMMANDS.datasetReadCell);
  expect(inserted).toEqual([
    'from db_connection import db\n\ndf = db.dataset("s3://data/exports/orders").at("20261125T221500Z-3f9a1c2b").to_pandas()\ndf'
  ]);
  await commands.execute(COMMANDS.datasetCopyAddress);
  expect(copy).toHaveBeenLastCalledWith('s3://data/exports/orders');
  await commands.execute(COMMANDS.datasetCopyCode, { reader: 'athena' });
  expect(copy).toHaveBeenLastCalledWith(expect.stringContaining('CREATE EXTERNAL TABLE `orders`'));
  await commands.execute(COMMANDS.datasetManifest);
  expect(added[0]!.title.label).toBe('orders manifest');
  press('ArrowDown');
  await commands.execute(COMMANDS.datasetCopyCode, { reader: 'polars' });
  expect(copy).toHaveBeenLastCalledWith(expect.stringContaining('pl.read_csv("s3://data/exports/one.csv")'));
  copy.mockRestore();
});

test('the section folds, and looks again when it is told to', async () => {
  await ready();
  const toggle = section.node.querySelector<HTMLElement>('.jp-Replica-sectionToggle')!;
  toggle.click();
  expect(toggle.getAttribute('aria-expanded')).toBe('false');
  expect(tree().classList.contains('lm-mod-hidden')).toBe(true);
  toggle.click();
  expect(tree().classList.contains('lm-mod-hidden')).toBe(false);
  const before = server.asked('jupyterlab-replica/v1/s3/datasets').length;
  section.node.querySelector<HTMLElement>('[aria-label="Refresh datasets"]')!.click();
  await until(() => server.asked('jupyterlab-replica/v1/s3/datasets').length === before + 1);
});

test('no entry of a context menu has a selector with a comma, which would cost Lumino all that follow', () => {
  const schemas = path.join(__dirname, '../../../schema');
  const selectors = readdirSync(schemas).flatMap(file => {
    const { 'jupyter.lab.menus': menus } = JSON.parse(readFileSync(path.join(schemas, file), 'utf8')) as {
      'jupyter.lab.menus'?: { context?: { selector: string }[] };
    };
    return (menus?.context ?? []).map(({ selector }) => selector);
  });
  expect(selectors.length).toBeGreaterThan(20);
  expect(selectors.filter(selector => selector.includes(','))).toEqual([]);
});
