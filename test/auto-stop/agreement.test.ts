import { readdirSync } from 'node:fs';
import path from 'node:path';
import { check } from '../../src/auto-stop/check';
import { type CheckEntry, entryOf } from '../../src/auto-stop/entry';
import { GatewayClient } from '../../src/lab/gateway-client/client';
import { IdleModel } from '../../src/lab/idle-timer/idle-model';
import { readJupyterSignals } from '../../src/lab/idle-timer/jupyter-signals';
import { readRecording, RecordedInstance } from './recorded-instance';

const recordings = readdirSync(path.join(__dirname, '../fixtures/idle')).map(file => path.parse(file).name);

/** Both look at these minutes after the recording; what happens at one of them happens before they look. */
interface Story {
  readonly minutes: readonly number[];
  readonly happens?: (instance: RecordedInstance, minute: number) => void;
}

const UNBROKEN = [0, 1, 10, 14, 16, 60, 104, 106, 114, 122, 124, 126, 134, 240, 724, 734, 842, 850, 858];

const stories: Readonly<Record<string, Story>> = {
  'nothing more happens': { minutes: UNBROKEN },
  'the checks pause for hours': { minutes: [0, 400, 401, 408, 414, 416, 1000, 1001, 1010, 1016] },
  'somebody asks for half an hour': {
    minutes: UNBROKEN,
    happens: (instance, minute) => {
      if (minute === 104) {
        instance.wish({
          until: new Date(instance.now + 30 * 60_000).toISOString(),
          askedAt: new Date(instance.now).toISOString()
        });
      }
    }
  },
  'somebody asks for the time until work ends': {
    minutes: UNBROKEN,
    happens: (instance, minute) => {
      if (minute === 10) {
        instance.wish({ until: 'work-ends', askedAt: new Date(instance.now).toISOString() });
      }
    }
  },
  'programs use the processor from the second hour on': {
    minutes: UNBROKEN,
    happens: (instance, minute) => {
      instance.cpuPercent = minute >= 104 ? 60 : 0;
    }
  },
  'Jupyter falls silent': {
    minutes: UNBROKEN,
    happens: (instance, minute) => {
      instance.isJupyterSilent = minute >= 60;
    }
  },
  'Jupyter is silent for a while': {
    minutes: UNBROKEN,
    happens: (instance, minute) => {
      instance.isJupyterSilent = minute >= 60 && minute < 114;
    }
  },
  'the gateway falls silent for ten minutes': {
    minutes: [0, 10, 14, 59, 60, 62, 68, 69, 74, 180, 188, 196],
    happens: (instance, minute) => {
      instance.isGatewaySilent = minute >= 60 && minute < 70;
    }
  },
  'the clock is set forward by five hours': {
    minutes: UNBROKEN,
    happens: (instance, minute) => {
      instance.clockErrorMinutes = minute >= 60 ? 300 : 0;
    }
  },
  'the clock is set back by five hours': {
    minutes: UNBROKEN,
    happens: (instance, minute) => {
      instance.clockErrorMinutes = minute >= 60 ? -300 : 0;
    }
  }
};

let instance: RecordedInstance;
let model: IdleModel;
afterEach(async () => {
  model.dispose();
  await instance.stop();
});

async function start(recording: string): Promise<void> {
  instance = await RecordedInstance.start(readRecording(recording));
  const { settings } = instance;
  model = new IdleModel({
    client: new GatewayClient(settings),
    readJupyter: () => readJupyterSignals(settings),
    now: () => instance.now
  });
}

type Judgement = Omit<CheckEntry, 'outcome' | 'details'>;

const judgement = ({ outcome: _outcome, details: _details, ...entry }: CheckEntry): Judgement => entry;

async function bothLookAt(minute: number): Promise<{ stopper: Judgement; page: Judgement }> {
  instance.minutesLater = minute;
  const stopper = judgement(await check(instance.world, false));
  await model.refresh();
  return { stopper, page: judgement(entryOf(model.verdict!, model.nowMs, 'none', [])) };
}

describe.each(recordings)('of “%s” status bar and stopper say the same when', recording => {
  it.each(Object.entries(stories))('%s', async (_name, { minutes, happens }) => {
    await start(recording);
    const said: { stopper: Judgement[]; page: Judgement[] } = { stopper: [], page: [] };
    for (const minute of minutes) {
      instance.minutesLater = minute;
      happens?.(instance, minute);
      const { stopper, page } = await bothLookAt(minute);
      said.stopper.push(stopper);
      said.page.push(page);
    }
    expect(said.page).toEqual(said.stopper);
  });
});

it.each([
  ['nobody', []],
  ['typing', []],
  ['query', ['query slow.sql runs (0 rows)']],
  ['export', ['query test runs (0 rows)', 'export s3://data-science/orders.parquet runs (0 rows)']],
  ['terminal', []],
  ['terminal-program', ['terminal runs “python”']],
  ['idle-kernel', []],
  ['busy-kernel', ['kernel “features.ipynb” is busy']]
])('both read in “%s” what held it open', async (recording, holds) => {
  await start(recording);
  const { stopper, page } = await bothLookAt(0);
  expect(stopper.holds).toEqual(holds);
  expect(page.holds).toEqual(holds);
});

it.each([
  ['nobody', { 0: 'counting', 14: 'counting', 16: 'stop', 858: 'stop' }],
  ['terminal', { 0: 'counting', 104: 'counting', 122: 'stop' }],
  ['busy-kernel', { 0: 'held', 240: 'held', 842: 'counting', 858: 'stop' }]
])('the recording “%s” goes through every verdict it should', async (recording, verdicts) => {
  await start(recording);
  const said: Record<number, string> = {};
  for (const minute of UNBROKEN) {
    said[minute] = (await bothLookAt(minute)).page.verdict;
  }
  expect(said).toMatchObject(verdicts);
});

it('the page counts down to the moment up to which the stopper waits', async () => {
  await start('nobody');
  await bothLookAt(0);
  const { stopper, page } = await bothLookAt(600);
  const stopsAt = new Date(instance.now + 15 * 60_000).toISOString();
  expect(page).toMatchObject({ verdict: 'counting', stopsAt });
  expect(page.notices).toEqual(['The warnings come first: they must have been there for 15 min.']);
  expect(stopper).toEqual(page);
  expect((await bothLookAt(608)).page.stopsAt).toBe(stopsAt);
  expect((await bothLookAt(615)).page.verdict).toBe('stop');
});

it('the page says what it cannot know while the gateway is silent for longer', async () => {
  await start('terminal-program');
  await bothLookAt(0);
  instance.isGatewaySilent = true;
  const { stopper, page } = await bothLookAt(30);
  expect(stopper.verdict).toBe('held');
  expect(page.notices).toContain('The gateway does not answer, so what it does is unknown.');
});
