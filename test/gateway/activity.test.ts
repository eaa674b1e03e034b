import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Activity, parseActivity } from '../../src/contract/activity';
import { parseErrorReply } from '../../src/contract/errors';
import { ActivityLog } from '../../src/gateway/activity';
import { AutoStopFiles } from '../../src/gateway/auto-stop-files';
import { GatewayProcess } from '../support/gateway-process';

const NOON = Date.UTC(2026, 10, 22, 12, 0, 0);
const golden: unknown = JSON.parse(
  readFileSync(path.join(__dirname, '../fixtures/contract/activity.json'), 'utf8')
);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'auto-stop-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const inside = (name: string) => path.join(directory, name);
const write = (name: string, content: string) => {
  mkdirSync(path.dirname(inside(name)), { recursive: true });
  writeFileSync(inside(name), content);
};

describe('a wish to stay on', () => {
  let gateway: GatewayProcess;
  const start = async () => {
    gateway = await GatewayProcess.start({
      JUPYTERLAB_REPLICA_STOPPER: 'sagemaker',
      JUPYTERLAB_REPLICA_AUTO_STOP_DIR: directory
    });
  };
  const send = async (method: string, body?: unknown): Promise<Activity> =>
    parseActivity((await gateway.send(method, 'v1/activity/keep-awake', body)).json());
  const read = async () => parseActivity((await gateway.send('GET', 'v1/activity')).json());

  beforeEach(start);
  afterEach(() => gateway.stop());

  it('is told to everybody, survives a new start of the gateway, and can be taken back', async () => {
    const { keepAwake } = await send('POST', { minutes: 30 });
    expect(Date.parse(keepAwake!.until) - Date.parse(keepAwake!.askedAt)).toBe(30 * 60_000);
    expect((await read()).keepAwake).toEqual(keepAwake);
    await gateway.stop();
    await start();
    expect((await read()).keepAwake).toEqual(keepAwake);
    expect((await send('DELETE')).keepAwake).toBeNull();
    expect((await read()).keepAwake).toBeNull();
    expect(existsSync(inside('auto-stop/keep-awake.json'))).toBe(false);
  });

  it('can last until the running work ends', async () => {
    expect((await send('POST', { minutes: null })).keepAwake?.until).toBe('work-ends');
  });

  it.each([0, -5, 4_321])('is refused for %s minutes', async minutes => {
    const reply = await gateway.send('POST', 'v1/activity/keep-awake', { minutes });
    expect(reply.status).toBe(400);
    expect(parseErrorReply(reply.json()).error).toMatchObject({ code: 'bad-request', subject: 'minutes' });
  });

  it('that cannot be written names the file', async () => {
    write('auto-stop', 'a file in the way');
    const reply = await gateway.send('POST', 'v1/activity/keep-awake', { minutes: 30 });
    expect(parseErrorReply(reply.json()).error.message).toContain(inside('auto-stop/keep-awake.json'));
    // What cannot be read is no wish, and no reason to fail.
    expect((await read()).keepAwake).toBeNull();
  });

  it('stands beside the start of the machine, not that of the gateway', async () => {
    const { bootedAt } = await read();
    const uptimeMs = 1000 * Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    expect(Math.abs(Date.parse(bootedAt) - (Date.now() - uptimeMs))).toBeLessThan(5_000);
  });
});

describe('what the auto-stop program leaves behind', () => {
  const config = { idleTimeoutMinutes: 120, maxBusyHours: 12, stopper: 'sagemaker' } as const;
  const report = (now = NOON) =>
    new ActivityLog({
      config,
      files: new AutoStopFiles(directory),
      now: () => now,
      bootedAtMs: () => now - 3_600_000
    }).report([], []);

  it('is handed on as it is, with the path of its log', async () => {
    const { machine } = parseActivity(golden);
    write('auto-stop/machine.json', JSON.stringify(machine));
    expect((await report()).machine).toEqual(machine);
    expect((await report()).log).toBeNull();
    write('auto-stop.log', 'checked');
    expect((await report()).log).toBe(inside('auto-stop.log'));
  });

  it.each(['', '{', '[]', '{"checkedAt": 1}'])('is left out when it reads %j', async content => {
    write('auto-stop/machine.json', content);
    write('auto-stop/keep-awake.json', content);
    expect(await report()).toMatchObject({
      machine: null,
      keepAwake: null,
      bootedAt: '2026-11-22T11:00:00.000Z'
    });
  });
});

describe('the progress of work', () => {
  it('is the moment when its rows last grew', async () => {
    let now = NOON;
    const activity = new ActivityLog({
      config: { idleTimeoutMinutes: 120, maxBusyHours: 12, stopper: 'none' },
      files: new AutoStopFiles(directory),
      now: () => now,
      bootedAtMs: () => NOON
    });
    const progressAt = async (rows: number, minutes: number) => {
      now = NOON + 60_000 * minutes;
      const query = {
        queryId: 'q',
        origin: { kind: 'panel', label: 'slow' } as const,
        startedAt: new Date(NOON).toISOString(),
        rows
      };
      return (await activity.report([query], [])).queries[0]?.progressAt.slice(11, 16);
    };
    expect(await progressAt(10, 0)).toBe('12:00');
    expect(await progressAt(10, 7)).toBe('12:00');
    expect(await progressAt(11, 9)).toBe('12:09');
  });
});
