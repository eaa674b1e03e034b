import { Widget } from '@lumino/widgets';
import { type Activity } from '../../../src/contract/activity';
import { GatewayClient } from '../../../src/lab/gateway-client/client';
import { IdleModel } from '../../../src/lab/idle-timer/idle-model';
import { IdleStatus } from '../../../src/lab/idle-timer/idle-status';
import { readJupyterSignals } from '../../../src/lab/idle-timer/jupyter-signals';
import { activity, ago } from './given';
import { ContractServer, sendError, sendJson, type Exchange } from '../../support/contract-server';

let server: ContractServer;
let model: IdleModel;
let status: IdleStatus;
let answers: Record<string, (exchange: Exchange) => void>;
/** What the browser's clock is behind the server's. */
let clockErrorMs: number;

/** What was asked of the gateway about staying on. */
let asked: string[];
let wish: Activity['keepAwake'];
let logsOpened: number;
let isAllowedOutside: boolean;

beforeEach(async () => {
  clockErrorMs = 0;
  asked = [];
  wish = null;
  logsOpened = 0;
  isAllowedOutside = true;
  const answerWish = ({ method, body, response }: Exchange) => {
    asked.push(`${method} ${body}`.trim());
    const until = body.includes('null') ? 'work-ends' : ago(-30);
    wish = method === 'POST' ? { until, askedAt: ago(0) } : null;
    sendJson(response, activity({ keepAwake: wish }));
  };
  answers = {
    'api/kernels': ({ response }) => sendJson(response, []),
    'api/sessions': ({ response }) => sendJson(response, []),
    'api/terminals': ({ response }) => sendJson(response, []),
    'jupyterlab-replica/v1/activity': ({ response }) => sendJson(response, activity({ keepAwake: wish })),
    'jupyterlab-replica/v1/activity/keep-awake': answerWish
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
  status = new IdleStatus({
    model,
    actions: {
      keepAwake: minutes => model.keepAwake(minutes),
      endKeepAwake: () => model.endKeepAwake(),
      openLog: () => {
        logsOpened += 1;
      },
      askForNotifications: async () => {
        isAllowedOutside = true;
      }
    },
    canAskForNotifications: () => !isAllowedOutside,
    hasLog: () => true
  });
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
      activity({
        stopper: 'none',
        exports: [{ id: 'e', label: 'orders.parquet', startedAt: ago(0), rows: 12_000, progressAt: ago(0) }]
      })
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

const press = (label: string) =>
  [...popup()!.querySelectorAll('button')].find(({ textContent }) => textContent === label)!.click();
const visible = (element: HTMLElement) => element.closest('[hidden]') === null;
const buttons = () =>
  [...popup()!.querySelectorAll('button')].filter(visible).map(({ textContent }) => textContent);
const told = (text: string | RegExp) => waitFor(() => popup()!.innerHTML.search(text) >= 0);

async function waitFor(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition() && tries < 200; tries++) {
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  expect(condition()).toBe(true);
}

test('a click keeps the instance alive, says until when, and can be undone', async () => {
  await model.refresh();
  button().click();
  expect(buttons()).toEqual(['30 min', '1 h', '4 h', 'until running work ends', 'Open the log']);
  press('30 min');
  await told(/Kept alive until .+ at least/);
  expect(buttons()).toContain('Undo');
  press('Undo');
  await waitFor(() => !buttons().includes('Undo'));
  expect(asked).toEqual(['POST {"minutes":30}', 'DELETE']);
});

test('with work that runs the instance can be kept alive until it ends', async () => {
  answers['api/kernels'] = ({ response }) => sendJson(response, [kernel('busy', 60)]);
  await model.refresh();
  button().click();
  press('until running work ends');
  await told('Kept alive until the running work ends.');
  expect(asked).toEqual(['POST {"minutes":null}']);
});

test('a wish that the gateway refuses is told in the popup, with what to do', async () => {
  answers['jupyterlab-replica/v1/activity/keep-awake'] = ({ response }) =>
    sendError(response, 500, 'internal', 'The disk is full.', 'Make room.');
  await model.refresh();
  button().click();
  press('1 h');
  await told('The disk is full. Make room.');
  expect(popup()!.querySelector('[role=alert]')?.textContent).toBe('The disk is full. Make room.');
});

test('off an instance nothing is offered', async () => {
  answers['jupyterlab-replica/v1/activity'] = ({ response }) =>
    sendJson(response, activity({ stopper: 'none' }));
  isAllowedOutside = false;
  await model.refresh();
  button().click();
  expect(buttons()).toEqual(['Open the log']);
});

test('the log opens, and the browser is asked for more only on a click', async () => {
  isAllowedOutside = false;
  await model.refresh();
  button().click();
  press('Open the log');
  press('Warn me outside this page too');
  await waitFor(() => isAllowedOutside);
  expect(logsOpened).toBe(1);
});

test('the costs stand in the popup, as an estimate', async () => {
  status.prices = { currency: '€', pricesPerHour: { 'ml.t3.medium': 0.05 } };
  await model.refresh();
  button().click();
  expect(popup()?.textContent).toMatch(
    /Today .+ on, about €\d\.\d\d; auto-stop saved about €0\.00 this week\./
  );
});

const tab = (shiftKey = false) =>
  document.activeElement!.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Tab', shiftKey, bubbles: true, cancelable: true })
  );

test('the keyboard stays in the popup and goes back to the status bar with Escape', async () => {
  await model.refresh();
  button().focus();
  button().click();
  expect(document.activeElement).toBe(popup());
  tab(true);
  expect(document.activeElement?.textContent).toBe('Open the log');
  tab();
  expect(document.activeElement?.textContent).toBe('30 min');
  document.activeElement!.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Escape', keyCode: 27, bubbles: true, cancelable: true })
  );
  expect(popup()).toBeNull();
  expect(document.activeElement).toBe(button());
  expect(button().getAttribute('aria-expanded')).toBe('false');
});

test('the keyboard keeps its place when the popup is filled anew, also when its button goes', async () => {
  await model.refresh();
  button().click();
  press('30 min');
  await waitFor(() => buttons().includes('Undo'));
  const undo = [...popup()!.querySelectorAll('button')].find(({ textContent }) => textContent === 'Undo')!;
  undo.focus();
  await model.refresh();
  expect(document.activeElement).toBe(undo);
  undo.click();
  await waitFor(() => !visible(undo));
  expect(document.activeElement).toBe(popup());
});

test('a warning is told to those who listen, once, and the minutes are not', async () => {
  const live = status.node.querySelector('[aria-live=polite]')!;
  await model.refresh();
  expect(live.textContent).toBe('');
  answers['jupyterlab-replica/v1/activity'] = ({ response }) =>
    sendJson(response, activity({ bootedAt: ago(106) }));
  await model.refresh();
  expect(live.textContent).toMatch(/^This instance stops at .+ if nothing happens\.$/);
});

test('programs in terminals that the auto-stop program saw hold the instance open, old looks do not', async () => {
  const jobs = [{ command: 'python train.py', startedAt: ago(30) }];
  const seen = (checkedAt: string) => activity({ machine: { ...activity().machine!, checkedAt, jobs } });
  answers['jupyterlab-replica/v1/activity'] = ({ response }) => sendJson(response, seen(ago(1)));
  await model.refresh();
  button().click();
  expect(popup()?.textContent).toContain('terminal runs “python train.py” for 30 min');
  answers['jupyterlab-replica/v1/activity'] = ({ response }) => sendJson(response, seen(ago(16)));
  await model.refresh();
  expect(popup()?.textContent).not.toContain('train.py');
  expect(popup()?.textContent).toContain('The auto-stop program last looked at this machine 16 min ago');
});
