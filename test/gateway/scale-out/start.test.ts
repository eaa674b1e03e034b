import { spawn } from 'node:child_process';
import { readFile, readlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ProgramProcess, ScaleOutPlan } from '../../../src/contract/scale-out';
import { LocalEngine } from '../../../src/gateway/scale-out/local';
import { request, ScaleOutWorld, SETTINGS, start } from './scale-out-world';

let world: ScaleOutWorld;

beforeAll(async () => {
  world = await ScaleOutWorld.open();
});

afterAll(() => world.close());

/** Until it does not reject. */
async function until(look: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await look();
      return;
    } catch (error) {
      if (tries === 50) {
        throw error;
      }
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
}

/** Machines that take their time to start. */
class SlowStart {
  readonly lookEveryMs = 200;
  readonly silentMs = null;
  readonly stopped: string[] = [];
  check = () => Promise.resolve();
  adapt = (plan: ScaleOutPlan) => plan;
  start = () => Promise.resolve();
  look = (name: string) =>
    Promise.resolve({
      state: this.stopped.includes(name) ? 'cancelled' : 'running',
      ...{ reason: null, log: [], costUsd: null }
    } as const);
  stop = (name: string) => Promise.resolve(void this.stopped.push(name));
}

test('a job whose machines start too late for its snapshot is ended, and says so, also later', async () => {
  const short = await ScaleOutWorld.open({ snapshots: { maxMs: 500 } });
  const slow = new SlowStart();
  const scaleOut = await short.gateway(SETTINGS, { sagemaker: slow });
  const job = await start(scaleOut, request('spark/late'));
  await scaleOut.job(job.name).until();
  const failed = {
    state: 'failed',
    error: {
      code: 'snapshot-ended',
      message: expect.stringMatching(/^The snapshot ended after .* Spark had not joined it by then\.$/),
      action: expect.stringContaining('JUPYTERLAB_REPLICA_SNAPSHOT_MAX_MIN')
    }
  };
  const { elapsedMs } = scaleOut.job(job.name).status();
  expect(scaleOut.job(job.name).status()).toMatchObject(failed);
  expect(slow.stopped).toEqual([job.name]);
  await expect(world.read(job.plan.replace('plan.json', 'cancel'))).resolves.toBe('{}');
  scaleOut.dispose();
  const later = await short.gateway(SETTINGS, { sagemaker: slow });
  await later.attach();
  expect(later.job(job.name).status()).toMatchObject({ ...failed, elapsedMs });
  later.dispose();
  await short.close();
}, 20_000);

test('a job that joins in time outlives its snapshot', async () => {
  const slow = new SlowStart();
  const scaleOut = await world.gateway(SETTINGS, { sagemaker: slow });
  const job = await start(scaleOut, request('spark/joined'));
  await world.report(job.plan, 'running', 'writing');
  await scaleOut.job(job.name).until(() => scaleOut.job(job.name).hasJoined);
  await new Promise(resolve => setTimeout(resolve, 500));
  expect(scaleOut.job(job.name).status()).toMatchObject({
    state: 'running',
    phase: 'Spark: writing, 4 of 4 parts'
  });
  await world.report(job.plan, 'done');
  await scaleOut.job(job.name).until();
  expect(scaleOut.job(job.name).status().state).toBe('done');
  expect(slow.stopped).toEqual([]);
  scaleOut.dispose();
});

test('a job is followed and cancelled by the gateway after this one', async () => {
  const slow = new SlowStart();
  const first = await world.gateway(SETTINGS, { sagemaker: slow });
  const { name, plan } = await start(first, request('spark/taken'));
  first.dispose();
  const second = await world.gateway(SETTINGS, { sagemaker: slow });
  await world.report(plan, 'running', 'writing');
  await second.attach();
  const job = await second.find(name);
  await job.until(() => job.hasReported);
  expect(job.status()).toMatchObject({ state: 'running', phase: 'Spark: writing, 4 of 4 parts' });
  expect(job.details()).toMatchObject({ partsDone: 4, log: ['joining the snapshot'], cost: null });
  const ending = second.cancel(name);
  await until(() => world.read(plan.replace('plan.json', 'cancel')));
  await world.report(plan, 'cancelled');
  expect((await ending).state).toBe('cancelled');
  expect(slow.stopped).toEqual([name]);
  await expect(second.find('replica-unknown')).rejects.toThrow('not known');
  second.dispose();
});

describe('Spark on this machine, started by a client', () => {
  const local = (key: string) => request(key, { engine: 'local' });

  test('is cancelled at once before it has reported, for later gateways too', async () => {
    const scaleOut = await world.gateway();
    const { name } = await start(scaleOut, local('spark/unheard'));
    expect((await scaleOut.cancel(name)).state).toBe('cancelled');
    scaleOut.dispose();
    const later = await world.gateway();
    await later.attach();
    expect(later.job(name).status().state).toBe('cancelled');
    later.dispose();
  });

  test('is taken out of the exports once it has ended, for good, and stays known by its name', async () => {
    const scaleOut = await world.gateway();
    const { name } = await start(scaleOut, local('spark/cleared'));
    const isListed = (one: typeof scaleOut) => one.list().some(({ exportId }) => exportId === name);
    await scaleOut.clearEnded();
    expect(isListed(scaleOut)).toBe(true);
    await scaleOut.cancel(name);
    await scaleOut.clearEnded();
    expect(isListed(scaleOut)).toBe(false);
    scaleOut.dispose();
    const later = await world.gateway();
    await later.attach();
    expect(isListed(later)).toBe(false);
    expect(later.job(name).status().state).toBe('cancelled');
    later.dispose();
  });

  test.each(['is noticed at once when it is killed', 'is noticed when another has its number'])(
    '%s',
    async which => {
      const program = spawn('sleep', ['60'], { stdio: 'ignore' });
      const stat = await readFile(`/proc/${program.pid}/stat`, 'utf8');
      const process: ProgramProcess = {
        namespace: await readlink('/proc/self/ns/pid'),
        pid: program.pid!,
        started: stat.split(' ')[21]!
      };
      const scaleOut = await world.gateway();
      const { name, plan } = await start(scaleOut, local('spark/killed'));
      const job = scaleOut.job(name);
      await world.report(plan, 'running', 'writing', process);
      await job.until(() => job.hasReported);
      await new Promise(resolve => setTimeout(resolve, 1_500));
      expect(job.status().state).toBe('running');
      if (which.includes('killed')) {
        program.kill('SIGKILL');
      } else {
        await world.report(plan, 'running', 'writing', { ...process, started: '1' });
      }
      await job.until();
      expect(job.status()).toMatchObject({
        state: 'failed',
        error: { code: 'export-incomplete', detail: 'Its process has ended.' }
      });
      program.kill('SIGKILL');
      scaleOut.dispose();
    }
  );

  test('of another machine is waited for', async () => {
    const scaleOut = await world.gateway();
    const { name, plan } = await start(scaleOut, local('spark/elsewhere'));
    const job = scaleOut.job(name);
    await world.report(plan, 'running', 'writing', { namespace: 'pid:[1]', pid: 1, started: '1' });
    await job.until(() => job.hasReported);
    await new Promise(resolve => setTimeout(resolve, 1_500));
    expect(job.status().state).toBe('running');
    scaleOut.dispose();
  });
});

describe('Spark on this machine, started by the gateway', () => {
  const localEngine = (python: string) =>
    new LocalEngine({ python, environment: process.env, logDirectory: world.directory });
  const local = (key: string) => request(key, { engine: 'local', startedBy: 'gateway' });

  test('is refused where it is not installed', async () => {
    await expect(start(await world.gateway(), local('spark/here'))).rejects.toThrow('not installed');
  });

  test('is told the plan and the sessions, and its end is noticed', async () => {
    const python = path.join(world.directory, 'python');
    await writeFile(python, '#!/bin/sh\necho "$@"\necho Spark needs Java.\nexit 1\n', { mode: 0o755 });
    const scaleOut = await world.gateway(SETTINGS, { local: localEngine(python) });
    const job = await start(scaleOut, local('spark/here'));
    await scaleOut.job(job.name).until();
    expect(scaleOut.job(job.name).status()).toMatchObject({
      state: 'failed',
      error: { code: 'export-incomplete', detail: 'Spark needs Java.' }
    });
    await expect(readFile(path.join(world.directory, `${job.name}.log`), 'utf8')).resolves.toBe(
      `-m db_connection.run_spark ${job.plan} 6\nSpark needs Java.\n`
    );
    scaleOut.dispose();
  });

  test('is refused where its program is not there', async () => {
    const scaleOut = await world.gateway(SETTINGS, {
      local: localEngine(path.join(world.directory, 'none'))
    });
    await expect(start(scaleOut, local('spark/here'))).rejects.toThrow('could not be started');
  });
});
