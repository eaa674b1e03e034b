import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { check } from '../../src/auto-stop/check';
import { readRecording, RecordedInstance } from './recorded-instance';

describe('a wish to stay on', () => {
  let instance: RecordedInstance;
  const wishFile = () => path.join(instance.directory, 'auto-stop/keep-awake.json');
  const checkAt = async (minutes: number) => {
    instance.minutesLater = minutes;
    return check(instance.world, false);
  };
  const start = async (recording: string) => {
    instance = await RecordedInstance.start(readRecording(recording));
  };
  const iso = (minutesFromNow: number) => new Date(instance.now + 60_000 * minutesFromNow).toISOString();
  afterEach(() => instance.stop());

  it('is removed when its time has come, not before', async () => {
    await start('nobody');
    instance.wish({ until: iso(30), askedAt: iso(0) });
    await checkAt(29);
    expect(existsSync(wishFile())).toBe(true);
    await checkAt(30);
    expect(existsSync(wishFile())).toBe(false);
  });

  it('until work ends is removed when the work has ended', async () => {
    await start('busy-kernel');
    instance.wish({ until: 'work-ends', askedAt: iso(0) });
    await checkAt(1);
    expect(existsSync(wishFile())).toBe(true);
    instance.recording = { ...readRecording('idle-kernel'), at: instance.recording.at };
    await checkAt(2);
    expect(existsSync(wishFile())).toBe(false);
  });

  it('until work ends stays while nobody knows whether the work has ended', async () => {
    await start('busy-kernel');
    instance.wish({ until: 'work-ends', askedAt: iso(0) });
    await checkAt(1);
    instance.isJupyterSilent = true;
    await checkAt(2);
    expect(existsSync(wishFile())).toBe(true);
  });

  it('that took the place of another meanwhile is left alone', async () => {
    await start('nobody');
    const old = { until: iso(-1), askedAt: iso(-31) };
    const fresh = { until: iso(60), askedAt: iso(0) };
    instance.wish(fresh);
    await instance.world.files.forgetKeepAwake(old);
    expect(JSON.parse(readFileSync(wishFile(), 'utf8'))).toEqual(fresh);
  });

  it('is left alone by a dry run', async () => {
    await start('nobody');
    instance.wish({ until: iso(-1), askedAt: iso(-31) });
    await check(instance.world, true);
    expect(existsSync(wishFile())).toBe(true);
  });
});
