import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Notification } from '@jupyterlab/apputils';
import { type Activity } from '../../../src/contract/activity';
import { parseErrorReply } from '../../../src/contract/errors';
import { GatewayFailure } from '../../../src/lab/gateway-client/failure';
import { BrowserTabs } from '../../../src/lab/idle-timer/browser-tabs';
import { IdleModel } from '../../../src/lab/idle-timer/idle-model';
import { StopWarning } from '../../../src/lab/idle-timer/stop-warning';
import { activity, ago } from './given';

let told: Activity;
let wishes: (number | null)[];
let refusal: Error | null;
let outside: { title: string; body: string; tag: string; closed: boolean }[];
let saves: number;
let tabs: Tab[];

interface Tab {
  readonly model: IdleModel;
  readonly shared: BrowserTabs;
  readonly warning: StopWarning;
}

/** A tab of one browser: its own page, the storage of all. */
function openTab(): Tab {
  const target = new EventTarget();
  const shared = new BrowserTabs(window.localStorage, target);
  const model = new IdleModel({
    client: {
      activity: async () => told,
      keepAwake: async minutes => {
        wishes.push(minutes);
        if (refusal) {
          throw refusal;
        }
        told = { ...told, keepAwake: { until: ago(-60), askedAt: ago(0) } };
        return told;
      },
      endKeepAwake: async () => told
    },
    readJupyter: async () => ({ kernels: [], terminals: [], serverMs: null }),
    now: () => Date.now()
  });
  const warning = new StopWarning({
    model,
    tabs: shared,
    showOutside: (title, body, tag) => {
      const notice = { title, body, tag, closed: false };
      outside.push(notice);
      return () => {
        notice.closed = true;
      };
    },
    saveAll: () => {
      saves += 1;
    },
    timeOfDay: ms => new Date(ms).toISOString().slice(11, 16)
  });
  const tab = { model, shared, warning };
  tabs.push(tab);
  return tab;
}

beforeEach(() => {
  window.localStorage.clear();
  told = activity({ bootedAt: ago(106) });
  wishes = [];
  refusal = null;
  outside = [];
  saves = 0;
  tabs = [];
});

afterEach(() => {
  tabs.forEach(({ model, shared, warning }) => {
    warning.dispose();
    shared.dispose();
    model.dispose();
  });
  Notification.manager.dismiss();
});

const shown = () => Notification.manager.notifications;
const click = () => shown()[0]!.options.actions![0]!.callback(new MouseEvent('click', { cancelable: true }));
const storageEvent = (key: string) => new StorageEvent('storage', { key });
const settled = () => new Promise(resolve => setTimeout(resolve, 0));

test('the first warning comes at fifteen minutes and can keep the instance alive', async () => {
  const { model } = openTab();
  await model.refresh();
  expect(shown()).toHaveLength(1);
  expect(shown()[0]?.message).toMatch(
    /^This instance stops in 14 min\. Nothing has used it since \d\d:\d\d\./
  );
  expect(outside).toMatchObject([{ title: 'This instance stops in 14 min', closed: false }]);
  click();
  await settled();
  expect(wishes).toEqual([60]);
  expect(shown()).toEqual([]);
  expect(outside[0]?.closed).toBe(true);
});

test('the second warning takes the place of the first', async () => {
  const { model } = openTab();
  await model.refresh();
  told = activity({ bootedAt: ago(115.5) });
  await model.refresh();
  expect(shown().map(({ message }) => message.slice(0, 30))).toEqual(['This instance stops in 5 min. ']);
  expect(outside.map(({ closed }) => closed)).toEqual([true, false]);
});

test('a warning counts down and does not come anew with each look', async () => {
  const { model } = openTab();
  await model.refresh();
  const { id } = shown()[0]!;
  told = activity({ bootedAt: ago(108.5) });
  await model.refresh();
  expect(shown()).toHaveLength(1);
  expect(shown()[0]).toMatchObject({ id, message: expect.stringMatching(/^This instance stops in 12 min/) });
  expect(outside).toHaveLength(1);
});

test('the times of the warnings follow the settings', async () => {
  const { model } = openTab();
  model.warnAtMinutes = [10];
  await model.refresh();
  expect(shown()).toEqual([]);
});

test('activity takes the warning back', async () => {
  const { model } = openTab();
  await model.refresh();
  told = activity({ lastInputAt: ago(0) });
  await model.refresh();
  expect(shown()).toEqual([]);
});

test('where nothing stops the machine nobody is warned', async () => {
  const { model } = openTab();
  told = activity({ bootedAt: ago(119), stopper: 'none' });
  await model.refresh();
  expect([shown(), outside]).toEqual([[], []]);
});

test('what is closed in one tab is closed in all, also in one opened later', async () => {
  const [here, there] = [openTab(), openTab()];
  await here.model.refresh();
  await there.model.refresh();
  expect(shown()).toHaveLength(2);
  Notification.dismiss(shown()[0]!.id);
  [here, there].forEach(({ shared }) =>
    shared.handleEvent(storageEvent('jupyterlab-replica:auto-stop-dismissed'))
  );
  expect(shown()).toEqual([]);
  const later = openTab();
  await later.model.refresh();
  expect(shown()).toEqual([]);
});

test('a closed first warning does not silence the second', async () => {
  const { model } = openTab();
  await model.refresh();
  Notification.dismiss(shown()[0]!.id);
  await model.refresh();
  expect(shown()).toEqual([]);
  // The same idleness, ten minutes on.
  model.warnAtMinutes = [15, 14.5];
  await model.refresh();
  expect(shown()).toHaveLength(1);
});

test('all tabs use one notice outside the page', async () => {
  await openTab().model.refresh();
  await openTab().model.refresh();
  expect(new Set(outside.map(({ tag }) => tag)).size).toBe(1);
});

test('more time asked for in one tab is told to the others', async () => {
  const [here, there] = [openTab(), openTab()];
  let news = 0;
  there.shared.changed.connect(() => {
    news += 1;
  });
  await here.model.refresh();
  click();
  await settled();
  expect(window.localStorage.getItem('jupyterlab-replica:auto-stop-changed')).not.toBeNull();
  there.shared.handleEvent(storageEvent('jupyterlab-replica:auto-stop-changed'));
  there.shared.handleEvent(storageEvent('somebody-else'));
  expect(news).toBe(1);
});

test('when the gateway does not agree the warning stays and the reason is told', async () => {
  const file = path.join(__dirname, '../../fixtures/contract/error-reply-gateway-unavailable.json');
  refusal = new GatewayFailure(parseErrorReply(JSON.parse(readFileSync(file, 'utf8'))).error);
  const { model } = openTab();
  await model.refresh();
  click();
  await settled();
  expect(shown().map(({ type }) => type)).toEqual(expect.arrayContaining(['warning', 'error']));
  expect(shown().find(({ type }) => type === 'error')?.message).toContain(refusal.message);
});

test('when the stop is announced all documents are saved, once', async () => {
  const { model } = openTab();
  told = activity({ stoppingAt: ago(0) });
  await model.refresh();
  await model.refresh();
  expect(saves).toBe(1);
  expect(shown().filter(({ message }) => message.startsWith('This instance is stopping'))).toHaveLength(1);
});

test('storage that somebody else wrote to is no failure', async () => {
  window.localStorage.setItem('jupyterlab-replica:auto-stop-dismissed', 'garbled');
  const { model } = openTab();
  await model.refresh();
  expect(shown()).toHaveLength(1);
});
