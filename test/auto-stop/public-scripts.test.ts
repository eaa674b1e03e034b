import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { check } from '../../src/auto-stop/check';
import { type CheckEntry } from '../../src/auto-stop/entry';
import { AutoStopProgram } from './auto-stop-program';
import { readRecording, type Recording, RecordedInstance } from './recorded-instance';

let instance: RecordedInstance;
afterEach(() => instance.stop());

/** What the stopper finds so many minutes after the recording, as the last of its checks. */
async function lookAt(recording: Recording, ...minutes: readonly number[]): Promise<CheckEntry> {
  instance = await RecordedInstance.start(recording);
  for (const minute of minutes.slice(0, -1)) {
    instance.minutesLater = minute;
    await check(instance.world, false);
  }
  instance.minutesLater = minutes.at(-1) ?? 0;
  return check(instance.world, false);
}

const kernel = (changes: object): Recording => ({
  ...readRecording('busy-kernel'),
  jupyter: {
    kernels: [{ id: 'k1', name: 'python3', connections: 1, execution_state: 'idle', ...changes }],
    sessions: [],
    terminals: []
  }
});

/** Every other minute, as the timer may come, up to this one. */
const everyOtherMinute = (last: number) => Array.from({ length: last / 2 + 1 }, (_, index) => 2 * index);

/** What users report of public auto-stop scripts, fault by fault. */
describe('faults of public auto-stop scripts', () => {
  it('terminals ignored', async () => {
    expect((await lookAt(readRecording('terminal-program'), 0, 240)).holds).toEqual([
      'terminal runs “python” for 4 h'
    ]);
    await instance.stop();
    expect((await lookAt(readRecording('terminal'), 0)).lastActivity).toBe('terminal 1');
  });

  it('only sessions looked at, not kernels', async () => {
    const { holds } = await lookAt(kernel({ execution_state: 'busy', connections: 0 }));
    expect(holds.join()).toContain('kernel “python3” is busy');
  });

  it.each(['starting', 'restarting', 'unknown', 'dead'])(
    'a kernel stuck in “%s” never stops',
    async state => {
      const last_activity = readRecording('busy-kernel').at;
      const entry = await lookAt(kernel({ execution_state: state, last_activity }), ...everyOtherMinute(122));
      expect(entry).toMatchObject({
        verdict: 'stop',
        outcome: 'would-stop',
        lastActivity: 'kernel “python3”'
      });
    }
  );

  it('a kernel stuck in “busy” never stops', async () => {
    const stuck = readRecording('busy-kernel');
    expect(await lookAt(stuck, 0, 716)).toMatchObject({ verdict: 'held' });
    await instance.stop();
    const entry = await lookAt(stuck, 0, 722, 826, 834, 844);
    expect(entry.verdict).toBe('stop');
    expect(entry.notices.join()).toContain('counts as stuck');
  });

  it('local time without a zone compared with UTC', async () => {
    const halfAnHourAgo = new Date(Date.now() - 30 * 60_000).toISOString().slice(0, 19);
    instance = await RecordedInstance.start({
      ...kernel({ last_activity: halfAnHourAgo }),
      at: new Date().toISOString()
    });
    instance.isGatewaySilent = true;
    const program = await AutoStopProgram.build();
    const { config } = instance.world;
    const said = await Promise.all(
      ['UTC', 'America/Los_Angeles', 'Asia/Kolkata'].map(async TZ => {
        const { stdout } = await program.run(['status'], {
          TZ,
          JUPYTERLAB_REPLICA_STOPPER: 'sagemaker',
          JUPYTERLAB_REPLICA_AUTO_STOP_DIR: config.directory,
          JUPYTERLAB_REPLICA_SOCKET: path.join(config.directory, 'gateway.sock'),
          JUPYTER_RUNTIME_DIR: config.runtimeDirectory
        });
        return stdout.split('\n').find(line => line.includes('kernel “python3”, '));
      })
    );
    program.remove();
    expect(said[0]).toMatch(/^Last sign of use: kernel “python3”, (30|31) min ago\.$/);
    expect(new Set(said).size).toBe(1);
  });

  it('a time on a whole second cannot be read', async () => {
    const whole = `${readRecording('busy-kernel').at.slice(0, 19)}Z`;
    expect(await lookAt(kernel({ last_activity: whole }))).toMatchObject({
      lastActivity: 'kernel “python3”',
      idleSince: whole.replace('Z', '.000Z')
    });
  });

  it('no kernel ever opened, so it never stops', async () => {
    expect(await lookAt(readRecording('nobody'), ...everyOtherMinute(18))).toMatchObject({
      ...{ verdict: 'stop', outcome: 'would-stop' },
      lastActivity: 'the start of the instance'
    });
  });

  it('the script comes from the internet at the start', async () => {
    // One file, without packages beside it, and no server to ask.
    instance = await RecordedInstance.start(readRecording('nobody'));
    const program = await AutoStopProgram.build();
    expect(readdirSync(program.directory)).toEqual(['auto-stop.js']);
    const { code, stdout } = await program.run(['check', '--dry-run'], {
      JUPYTERLAB_REPLICA_SOCKET: path.join(program.directory, 'no-gateway')
    });
    program.remove();
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Jupyter does not answer')
    });
  });

  it.each(['query', 'export'])('work outside kernels is unknown: a running %s', async work => {
    const { holds } = await lookAt(readRecording(work), 0, 200);
    expect(holds.join()).toContain(`${work} `);
  });

  it('work outside kernels is unknown: a program without a terminal', async () => {
    instance = await RecordedInstance.start(readRecording('nobody'));
    instance.cpuPercent = 80;
    await check(instance.world, false);
    instance.minutesLater = 130;
    expect((await check(instance.world, false)).holds).toEqual(['programs of yours use 80 % of a processor']);
  });

  it('no warning', async () => {
    // The stopper comes late, and still nobody is stopped without having been warned.
    expect(await lookAt(readRecording('nobody'), 0, 300)).toMatchObject({ verdict: 'counting' });
    instance.minutesLater = 308;
    expect((await check(instance.world, false)).verdict).toBe('counting');
    instance.minutesLater = 315;
    expect((await check(instance.world, false)).verdict).toBe('stop');
  });

  it('no reason shown', async () => {
    await lookAt(readRecording('busy-kernel'), 0, 60);
    const log = readFileSync(path.join(instance.directory, 'auto-stop.log'), 'utf8').trim().split('\n');
    expect(log.map(line => line.slice(line.indexOf(' ')))).toEqual([
      ' held: kernel “features.ipynb” is busy.',
      ' held: kernel “features.ipynb” is busy, no output for 1 h.'
    ]);
  });

  it('no dry run', async () => {
    instance = await RecordedInstance.start(readRecording('nobody'));
    const before = readdirSync(instance.directory);
    const said = await check(instance.world, true);
    expect(readdirSync(instance.directory)).toEqual(before);
    expect(await check(instance.world, false)).toEqual(said);
  });
});
