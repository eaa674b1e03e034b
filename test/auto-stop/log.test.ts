import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type CheckEntry } from '../../src/auto-stop/entry';
import { CheckLog } from '../../src/auto-stop/log';

const MEGABYTE = 2 ** 20;
let directory: string;
let log: CheckLog;
beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'log-'));
  log = new CheckLog(directory);
});
afterEach(() => rmSync(directory, { recursive: true }));

const entry = (changes: Partial<CheckEntry> = {}): CheckEntry => ({
  ...{ at: '2026-11-22T12:00:00.250Z', verdict: 'counting', idleMinutes: 61, lastActivity: 'terminal 1' },
  ...{ idleSince: '2026-11-22T10:59:00.000Z', stopsAt: '2026-11-22T12:59:00.000Z', outcome: 'none' },
  ...{ holds: [], notices: [], details: [] },
  ...changes
});
const read = (name: string) => readFileSync(path.join(directory, name), 'utf8');

it('writes a check as one line for people and one for programs', async () => {
  await log.write(entry({ notices: ['Jupyter does not answer, so what it does is unknown.'] }));
  expect(read('auto-stop.log')).toBe(
    '2026-11-22T12:00:00Z counting: idle for 1 h 1 min since terminal 1, stops in 59 min. Jupyter does not answer, so what it does is unknown.\n'
  );
  expect(JSON.parse(read('auto-stop/checks.jsonl'))).toMatchObject({ verdict: 'counting', idleMinutes: 61 });
});

it('keeps to one line whatever a notebook is called', async () => {
  await log.write(
    entry({ verdict: 'held', holds: ['kernel “a\n2026-11-22T12:00:00Z STOPPING: b” is busy'] })
  );
  expect(read('auto-stop.log').trim().split('\n')).toHaveLength(1);
});

it.each(['auto-stop.log', 'auto-stop/checks.jsonl'])(
  'begins %s anew at 1 MB and keeps the one before',
  async name => {
    await log.write(entry());
    const file = path.join(directory, name);
    writeFileSync(file, 'x'.repeat(MEGABYTE - 10));
    await log.write(entry());
    expect(statSync(`${file}.1`).size).toBe(MEGABYTE - 10);
    expect(read(name).trim().split('\n')).toHaveLength(1);

    writeFileSync(file, 'y'.repeat(MEGABYTE - 10));
    await log.write(entry());
    expect(readFileSync(`${file}.1`, 'utf8').startsWith('y')).toBe(true);
    expect(existsSync(`${file}.2`)).toBe(false);
  }
);

it('goes on in a file with room left', async () => {
  await log.write(entry());
  await log.write(entry());
  expect(read('auto-stop.log').trim().split('\n')).toHaveLength(2);
  expect(existsSync(path.join(directory, 'auto-stop.log.1'))).toBe(false);
});
