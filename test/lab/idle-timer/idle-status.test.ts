import { Widget } from '@lumino/widgets';
import { type Activity } from '../../../src/contract/activity';
import { GatewayClient } from '../../../src/lab/gateway-client/client';
import { IdleModel } from '../../../src/lab/idle-timer/idle-model';
import { IdleStatus } from '../../../src/lab/idle-timer/idle-status';
import { readJupyterSignals } from '../../../src/lab/idle-timer/jupyter-signals';
import { ContractServer, sendError, sendJson, type Exchange } from '../../support/contract-server';

const ago = (minutes: number) => new Date(Date.now() - 60_000 * minutes).toISOString();

let server: ContractServer;
let model: IdleModel;
let status: IdleStatus;
let answers: Record<string, (exchange: Exchange) => void>;
/** What the browser's clock is behind the server's. */
let clockErrorMs: number;

const activity = (changes: Partial<Activity> = {}): Activity => ({
  queries: [],
  exports: [],
  lastWorkAt: null,
  lastInputAt: null,
  bootedAt: ago(68),
  idleTimeoutMinutes: 120,
  stopper: 'none',
  ...changes
});

beforeEach(async () => {
  clockErrorMs = 0;
  answers = {
    'api/kernels': ({ response }) => sendJson(response, []),
    'api/sessions': ({ response }) => sendJson(response, []),
    'api/terminals': ({ response }) => sendJson(response, []),
    'jupyterlab-replica/v1/activity': ({ response }) => sendJson(response, activity())
  };
  server = await ContractServer.start(exchange => {
    const answer = answers[exchange.path];
    if (answer) {
      answer(exchange);
    } else {
      exchange.response.writeHead(404).end();
    }
  });
  const { settings } = server;
  model = new IdleModel({
    client: new GatewayClient(settings),
    readJupyter: () => readJupyterSignals(settings),
    now: () => Date.now() - clockErrorMs
  });
  status = new IdleStatus(model);
  Widget.attach(status, document.body);
});

afterEach(async () => {
  status.dispose();
  model.dispose();
  await server.stop();
});

const button = () => status.node.querySelector<HTMLElement>('[role=button]')!;
const popup = () => document.querySelector<HTMLElement>('[role=dialog]');

const kernel = (state: string, minutes: number) => ({
  id: 'k1',
  name: 'python3',
  execution_state: state,
  last_activity: ago(minutes),
  connections: 0
});

test('the time left counts from the start of an instance nobody used', async () => {
  await model.refresh();
  expect(button().textContent).toBe('Auto-stop in 52 min');
});

test('asking Jupyter leaves no trace in its activity', async () => {
  await model.refresh();
  for (const what of ['kernels', 'sessions', 'terminals']) {
    expect(server.asked(`api/${what}`)[0]?.query.get('no_track_activity')).toBe('1');
  }
});

test('a busy kernel holds the instance open and is named by its notebook', async () => {
  answers['api/kernels'] = ({ response }) => sendJson(response, [kernel('busy', 60)]);
  answers['api/sessions'] = ({ response }) =>
    sendJson(response, [{ path: 'work/features.ipynb', kernel: { id: 'k1' } }]);
  await model.refresh();
  expect(button().textContent).toBe('Auto-stop in 2 h');
  expect(button().title).toContain('Held open: kernel “features.ipynb” is busy');
});

test('terminals count, and a server without terminals is no failure', async () => {
  answers['api/terminals'] = ({ response }) => sendJson(response, [{ name: '1', last_activity: ago(20) }]);
  await model.refresh();
  expect(button().textContent).toBe('Auto-stop in 1 h 40 min');
  delete answers['api/terminals'];
  await model.refresh();
  expect(button().textContent).toBe('Auto-stop in 52 min');
  expect(model.verdict?.notices).toEqual([]);
});

test("the server's clock counts, not that of the browser", async () => {
  clockErrorMs = 3_600_000;
  answers['jupyterlab-replica/v1/activity'] = ({ response }) =>
    sendJson(response, activity({ bootedAt: ago(68.5) }));
  await model.refresh();
  expect(button().textContent).toBe('Auto-stop in 52 min');
});

test('Jupyter away never shortens the time at once', async () => {
  await model.refresh();
  answers['api/kernels'] = ({ response }) => response.writeHead(500).end();
  await model.refresh();
  expect(button().textContent).toBe('Auto-stop in 2 h');
  expect(model.verdict?.notices).toEqual(['Jupyter does not answer, so what it does is unknown.']);
});

test('before the gateway has answered no time is made up, after that the last timeout is kept', async () => {
  answers['jupyterlab-replica/v1/activity'] = ({ response }) =>
    sendError(response, 502, 'gateway-unavailable', 'Gone.');
  await model.refresh();
  expect(button().textContent).toBe('Auto-stop unknown');
  answers['jupyterlab-replica/v1/activity'] = ({ response }) => sendJson(response, activity());
  await model.refresh();
  answers['jupyterlab-replica/v1/activity'] = ({ response }) =>
    sendError(response, 502, 'gateway-unavailable', 'Gone.');
  await model.refresh();
  expect(button().textContent).toBe('Auto-stop in 2 h');
});

test('little time left stands out', async () => {
  answers['jupyterlab-replica/v1/activity'] = ({ response }) =>
    sendJson(response, activity({ bootedAt: ago(106) }));
  await model.refresh();
  expect(button().textContent).toBe('Auto-stop in 14 min');
  expect(status.hasClass('jp-mod-near')).toBe(true);
});

test('a click opens what counts down and what holds, a second one closes it', async () => {
  answers['jupyterlab-replica/v1/activity'] = ({ response }) =>
    sendJson(
      response,
      activity({ exports: [{ id: 'e', label: 'orders.parquet', startedAt: ago(1), rows: 12_000 }] })
    );
  await model.refresh();
  button().click();
  expect(popup()?.textContent).toContain('Nothing will stop this machine: auto-stop is not installed here.');
  expect(popup()?.querySelector('[aria-label="Held open by"]')?.textContent).toBe(
    'export orders.parquet runs (12,000 rows)'
  );
  button().click();
  expect(popup()).toBeNull();
});

test('the keyboard opens it too, and it follows each look', async () => {
  await model.refresh();
  button().dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  expect(popup()?.textContent).toContain('Last sign of use: the start of the instance');
  answers['jupyterlab-replica/v1/activity'] = ({ response }) =>
    sendJson(response, activity({ lastInputAt: new Date().toISOString() }));
  await model.refresh();
  expect(popup()?.textContent).toContain('Last sign of use: keyboard or pointer, just now.');
});
