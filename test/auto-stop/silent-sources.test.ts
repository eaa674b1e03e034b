import { writeFileSync } from 'node:fs';
import { check } from '../../src/auto-stop/check';
import { readRecording, RecordedInstance } from './recorded-instance';

let instance: RecordedInstance;
beforeEach(async () => {
  instance = await RecordedInstance.start(readRecording('idle-kernel'));
});
afterEach(() => instance.stop());

const checkAt = (minutes: number) => {
  instance.minutesLater = minutes;
  return check(instance.world, false);
};

/** The last of checks that follow one another. */
async function checksFrom(first: number, last: number) {
  for (let minute = first; minute < last; minute += 5) {
    await checkAt(minute);
  }
  return checkAt(last);
}

const minutesFrom = (start: string, end: string) => (Date.parse(end) - Date.parse(start)) / 60_000;

it.each(['isJupyterSilent', 'isGatewaySilent'] as const)(
  'counts from when a source was last heard, and stops when it stays silent (%s)',
  async source => {
    await checkAt(0);
    const { at: heardAt } = await checkAt(90);
    instance[source] = true;
    const silent = await checkAt(92);
    expect(silent).toMatchObject({ verdict: 'counting', idleSince: heardAt });
    expect(silent.notices.join()).toContain('does not answer, so what it does is unknown.');
    // Many checks without an answer do not begin the time anew.
    expect((await checksFrom(97, 205)).verdict).toBe('counting');
    expect((await checksFrom(206, 212)).verdict).toBe('stop');
  }
);

it('takes a source that never answered for used at the start, never stops at once', async () => {
  instance.isJupyterSilent = true;
  instance.isGatewaySilent = true;
  const bootedAt = instance.recording.gateway.bootedAt;
  expect(await checkAt(0)).toMatchObject({ verdict: 'counting', lastActivity: 'the start of the instance' });
  expect((await checkAt(1)).idleSince).toBe(bootedAt);
});

it('knows that nothing happened when a source is back', async () => {
  await checkAt(0);
  instance.isJupyterSilent = true;
  await checkAt(60);
  instance.isJupyterSilent = false;
  const back = await checkAt(61);
  expect(back).toMatchObject({ lastActivity: 'kernel “features.ipynb”', notices: [] });
});

it('begins anew when the clock was set, in either direction', async () => {
  for (const hours of [-30, 30]) {
    instance.clockErrorMinutes = 0;
    await checkAt(0);
    await checkAt(100);
    instance.clockErrorMinutes = 60 * hours;
    const { verdict, idleMinutes, lastActivity, stopsAt, at } = await checkAt(101);
    expect({ verdict, idleMinutes }).toEqual({ verdict: 'counting', idleMinutes: 0 });
    expect(lastActivity).toMatch(/the setting of the clock|the start of the instance|kernel/);
    expect(minutesFrom(at, stopsAt)).toBe(120);
    await instance.stop();
    instance = await RecordedInstance.start(readRecording('idle-kernel'));
  }
});

it('counts from the start after a reboot, whatever was remembered from before', async () => {
  instance.isJupyterSilent = true;
  await checksFrom(100, 108);
  const remembered = await instance.world.files.memory();
  expect(remembered?.warnedSince).not.toBeNull();
  instance.bootId = 'the second start';
  const rebooted = await checkAt(120);
  expect(rebooted.verdict).toBe('counting');
  const memory = await instance.world.files.memory();
  expect(memory).toMatchObject({ bootId: 'the second start', jupyterSeenAt: null, warnedSince: rebooted.at });
  expect((await instance.world.files.machine())?.runs).toHaveLength(2);
});

it('reads a broken memory as none', async () => {
  await checkAt(0);
  for (const name of ['memory.json', 'machine.json', 'keep-awake.json']) {
    writeFileSync(`${instance.directory}/auto-stop/${name}`, '{"half');
  }
  expect(await checkAt(10)).toMatchObject({ verdict: 'counting', lastActivity: 'kernel “features.ipynb”' });
});
