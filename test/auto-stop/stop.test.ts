import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { check } from '../../src/auto-stop/check';
import { type CheckEntry } from '../../src/auto-stop/entry';
import { parseExportStatus } from '../../src/contract/export';
import { record, text } from '../../src/contract/parse';
import { GatewayProcess } from '../support/gateway-process';
import { testStack } from '../support/stack';
import { TestInstance, TestJupyter } from './instance-world';

const parseKernel = record({ id: text });
const parseTerminal = record({ name: text });
let jupyter: TestJupyter;
let gateway: GatewayProcess;
let instance: TestInstance;

beforeAll(async () => {
  jupyter = await TestJupyter.start();
}, 90_000);
afterAll(() => jupyter.stop());
beforeEach(async () => {
  gateway = await GatewayProcess.start();
  instance = new TestInstance({
    runtimeDirectory: jupyter.runtimeDirectory,
    socketPath: gateway.socketPath,
    processes: () => jupyter.processes()
  });
  await instance.create();
});
afterEach(async () => {
  await gateway.stop();
  instance.remove();
});

/** Checks as the timer would: now, within the warnings' window, and when the time has been up for a while. */
async function twoHoursOfChecks(): Promise<CheckEntry> {
  for (const minutes of [0, 60, 106, 115]) {
    instance.minutesLater = minutes;
    await check(instance.world, false);
  }
  instance.minutesLater = 123;
  return check(instance.world, false);
}

async function startKernel(code: string): Promise<() => Promise<void>> {
  const { id } = parseKernel(await jupyter.api('POST', 'kernels', { name: 'python3' }));
  const socket = await jupyter.socket(`api/kernels/${id}/channels`);
  const header = { msg_id: randomUUID(), session: randomUUID(), username: 'test', version: '5.3' };
  const isBusy = new Promise<void>(resolve =>
    socket.addEventListener('message', ({ data }) => {
      if (String(data).includes('execute_input')) {
        resolve();
      }
    })
  );
  socket.send(
    JSON.stringify({
      channel: 'shell',
      header: { ...header, msg_type: 'execute_request', date: new Date().toISOString() },
      parent_header: {},
      metadata: {},
      content: { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false }
    })
  );
  await isBusy;
  socket.close();
  return async () => void (await jupyter.api('DELETE', `kernels/${id}`));
}

async function typeInTerminal(line: string): Promise<() => Promise<void>> {
  const { name } = parseTerminal(await jupyter.api('POST', 'terminals'));
  const socket = await jupyter.socket(`terminals/websocket/${name}`);
  socket.send(JSON.stringify(['stdin', `${line}\n`]));
  const program = line.split(' ')[0]!;
  while (!(await jupyter.processes()).some(({ command }) => command[0] === program)) {
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return async () => {
    socket.close();
    await jupyter.api('DELETE', `terminals/${name}`);
  };
}

/** To the minute; a test lasts for seconds. */
const inMinutes = (minutes: number) =>
  new RegExp(
    [0, -1]
      .map(late => new Date(instance.world.now() + 60_000 * (minutes + late)).toISOString().slice(0, 16))
      .join('|')
  );

const logged = () => readFileSync(path.join(instance.directory, 'auto-stop.log'), 'utf8').trim().split('\n');

it('stops an instance on which no kernel was ever opened, and says why', async () => {
  const entry = await twoHoursOfChecks();
  expect(entry).toMatchObject({ verdict: 'stop', outcome: 'stopping' });
  expect(['Stopping', 'Stopped']).toContain(await instance.status());
  expect(logged()).toHaveLength(5);
  expect(logged().at(-1)).toMatch(/STOPPING: idle for 2 h \d min since the start of the instance\./);
  expect((await instance.world.files.machine())?.runs.at(-1)?.stoppedBy).toBe('auto-stop');
  expect((await instance.world.files.machine())?.instanceType).toBe('ml.t3.medium');
});

it('tells open tabs before it stops and gives them the time to save', async () => {
  await twoHoursOfChecks();
  const activity = (await gateway.send('GET', 'v1/activity')).body.toString();
  expect(JSON.parse(activity)).toMatchObject({ stoppingAt: expect.any(String) });
  expect(instance.pauses[0]).toBeGreaterThan(10_000);
});

it('does not stop before the warnings have been there, however long nothing happened', async () => {
  await check(instance.world, false);
  instance.minutesLater = 600;
  expect(await check(instance.world, false)).toMatchObject({
    ...{ verdict: 'counting', outcome: 'none' },
    stopsAt: expect.stringMatching(inMinutes(15)),
    notices: ['The warnings come first: they must have been there for 15 min.']
  });
  instance.minutesLater = 607;
  expect(await check(instance.world, false)).toMatchObject({
    outcome: 'none',
    stopsAt: expect.stringMatching(inMinutes(8))
  });
  instance.minutesLater = 616;
  expect(await check(instance.world, false)).toMatchObject({ outcome: 'stopping' });
});

it('stops nothing and writes nothing in a dry run', async () => {
  for (const minutes of [106, 115]) {
    instance.minutesLater = minutes;
    await check(instance.world, false);
  }
  const lines = logged();
  instance.minutesLater = 123;
  expect(await check(instance.world, true)).toMatchObject({ verdict: 'stop', outcome: 'would-stop' });
  expect(logged()).toEqual(lines);
  expect((await gateway.send('GET', 'v1/activity')).json()).toMatchObject({ stoppingAt: null });
  expect(await instance.status()).toBe('InService');
});

it('does not stop an instance whose kernel is busy', async () => {
  const end = await startKernel('import time; time.sleep(600)');
  try {
    const entry = await twoHoursOfChecks();
    expect(entry.verdict).toBe('held');
    expect(entry.holds.join()).toContain('kernel “python3” is busy');
  } finally {
    await end();
  }
  expect(await instance.status()).toBe('InService');
});

it('does not stop an instance whose terminal runs a silent program', async () => {
  const end = await typeInTerminal('sleep 600');
  try {
    const entry = await twoHoursOfChecks();
    expect(entry.verdict).toBe('held');
    expect(entry.holds.join()).toContain('terminal runs “sleep”');
  } finally {
    await end();
  }
});

it('does not stop an instance that exports', async () => {
  const started = await gateway.send('POST', 'v1/exports', {
    sql: 'SELECT pg_sleep(300)',
    origin: { kind: 'script', label: 'test' },
    bucket: testStack().aws.bucket,
    key: `${instance.name}.parquet`
  });
  const { exportId } = parseExportStatus(started.json());
  const entry = await twoHoursOfChecks();
  expect(entry.verdict).toBe('held');
  expect(entry.holds.join()).toContain(`${instance.name}.parquet`);
  await gateway.send('POST', `v1/exports/${exportId}/cancel`);
});

it('does not stop an instance at which somebody has typed', async () => {
  instance.minutesLater = -60;
  await check(instance.world, false);
  await gateway.send('POST', 'v1/activity/input');
  instance.minutesLater = 70;
  expect(await check(instance.world, false)).toMatchObject({
    verdict: 'counting',
    lastActivity: 'keyboard or pointer'
  });
});

it('does not stop an instance that was asked to stay on', async () => {
  const kept = await GatewayProcess.start({ JUPYTERLAB_REPLICA_AUTO_STOP_DIR: instance.directory });
  try {
    await kept.send('POST', 'v1/activity/keep-awake', { minutes: 240 });
    expect(existsSync(path.join(instance.directory, 'auto-stop/keep-awake.json'))).toBe(true);
    expect(await twoHoursOfChecks()).toMatchObject({ verdict: 'held', outcome: 'none' });
  } finally {
    await kept.stop();
  }
  expect(await instance.status()).toBe('InService');
});

it('takes the stop back when somebody comes at the last moment', async () => {
  for (const minutes of [106, 115]) {
    instance.minutesLater = minutes;
    await check(instance.world, false);
  }
  instance.minutesLater = 123;
  const until = new Date(instance.world.now() + 3_600_000).toISOString();
  const file = path.join(instance.directory, 'auto-stop/keep-awake.json');
  const comesBack = async () => writeFileSync(file, JSON.stringify({ until, askedAt: until }));
  const entry = await check({ ...instance.world, pause: comesBack }, false);
  expect(entry.outcome).toBe('withdrawn');
  expect(entry.details.join()).toContain('you asked it to stay on');
  expect((await gateway.send('GET', 'v1/activity')).json()).toMatchObject({ stoppingAt: null });
  expect(await instance.status()).toBe('InService');
});
