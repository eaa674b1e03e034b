import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, DatabaseError } from 'pg';
import { startReplicaPair, type ReplicaPair } from '../../../demo/postgres';
import { connect } from '../../../demo/postgres-server';
import { removeOutsideData } from '../../../demo/postgres-setup';
import { readPage } from '../../../src/gateway/results/page';
import type { Result } from '../../../src/gateway/results/result';
import { STARTED_OVER, type StreamedBatch } from '../../../src/gateway/results/row-stream';
import { Engine } from '../../support/engine';

/** How long the readers pause; longer for a proof than for every day. */
const PAUSE_S = Number(process.env['PAUSE_S'] ?? 8);
const STREAMING_DELAY_S = 2;
const ROWS = 300_000;
const CONFLICT_WITH_RECOVERY = '40001';
jest.setTimeout(1000 * (PAUSE_S + 90));

let stateDir: string;
let pair: ReplicaPair;
let engine: Engine;
let owner: Client;
let replica: Client;

beforeAll(async () => {
  stateDir = mkdtempSync(path.join(os.tmpdir(), 'paused-'));
  // PostgreSQL's account must be able to pass through when the tests run as root.
  chmodSync(stateDir, 0o711);
  pair = await startReplicaPair({
    stateDir,
    sample: {
      fingerprint: 'paused readers',
      schemas: ['public'],
      load: async client => {
        await client.query(
          `CREATE TABLE big AS SELECT g AS id, repeat('x', 100) AS filler FROM generate_series(1, ${ROWS}) g`
        );
        await client.query('CREATE TABLE beat (at timestamptz)');
      }
    },
    log: () => undefined
  });
  owner = await connect(pair.primary, pair.database, pair.owner, pair.caFile);
  replica = await connect(pair.standby, pair.database, pair.admin, pair.caFile);
  // Without feedback the primary removes rows that are still being read here.
  for (const setting of [
    `max_standby_streaming_delay = '${STREAMING_DELAY_S}s'`,
    'hot_standby_feedback = off'
  ]) {
    await replica.query(`ALTER SYSTEM SET ${setting}`);
  }
  await replica.query('SELECT pg_reload_conf()');
  engine = await Engine.open({
    credentials: { ...pair.standby, database: pair.database, ...pair.reader },
    caFile: pair.caFile,
    poolSize: 4,
    spoolBudgetBytes: 4 * 2 ** 20
  });
}, 120_000);

afterAll(async () => {
  await engine.close();
  await owner.end();
  await replica.end();
  await pair.stop();
  removeOutsideData(stateDir);
  rmSync(stateDir, { recursive: true, force: true });
});

/** Deletes and vacuums on the primary; returns the longest time in seconds that the replica was behind. */
async function longestLag(): Promise<number> {
  let longest = 0;
  let lowest = 1;
  for (const end = Date.now() + 1000 * PAUSE_S; Date.now() < end;) {
    await owner.query('DELETE FROM big WHERE id >= $1 AND id < $1 + 100', [lowest]);
    lowest += 100;
    await owner.query('VACUUM big');
    await owner.query('INSERT INTO beat VALUES (clock_timestamp())');
    await sleep(150);
    longest = Math.max(longest, await lagNow());
  }
  return longest;
}

/** In seconds. This statement stands in the replay's way as any other does, and is asked again when it is cancelled. */
async function lagNow(): Promise<number> {
  for (;;) {
    try {
      const { rows } = await replica.query<{ lag: number | null }>(
        'SELECT extract(epoch FROM clock_timestamp() - max(at))::float8 AS lag FROM beat'
      );
      return rows[0]?.lag ?? 0;
    } catch (error) {
      if (!(error instanceof DatabaseError && error.code === CONFLICT_WITH_RECOVERY)) throw error;
    }
  }
}

/** Reads the result to its end from its present run on, and again where the replay ends that too; returns its rows. */
async function readToEnd(result: Result): Promise<number> {
  for (;;) {
    await result.until(() => result.rows !== null);
    let rows = 0;
    try {
      for await (const batch of result.rows!.stream(new AbortController().signal)) {
        rows += batch.rows;
      }
      return rows;
    } catch (error) {
      if (error !== STARTED_OVER) throw error;
    }
  }
}

it('readers that pause do not hold up the replay, and go on afterwards', async () => {
  await owner.query('INSERT INTO beat VALUES (clock_timestamp())');
  const large = engine.start('SELECT * FROM big', { readOnce: true });
  const stored = engine.start('SELECT * FROM big WHERE id <= 6000');
  // The replica may end what still runs; this one is to be complete before that.
  await stored.until();
  await large.until(() => (large.rows?.rows ?? 0) > 0);
  // As the routes do: what somebody reads is not given up for another result.
  stored.readers++;
  // One that streams more than may be stored, one that streams what is stored, and one that turns pages.
  const stalled = large.rows!.stream(new AbortController().signal);
  const streaming = stored.rows!.stream(new AbortController().signal);
  const taken: IteratorResult<StreamedBatch, void>[] = [await stalled.next(), await streaming.next()];
  await readPage(stored.spool!, 0, 100);

  const lag = await longestLag();
  process.stderr.write(`replay lag at most ${lag.toFixed(2)} s while readers paused for ${PAUSE_S} s\n`);
  expect(lag).toBeLessThan(STREAMING_DELAY_S + 1);

  let rows = taken[1]!.value?.rows ?? 0;
  for await (const batch of streaming) {
    rows += batch.rows;
  }
  expect(rows).toBe(6_000);
  expect((await readPage(stored.spool!, 5_000, 100)).length).toBeGreaterThan(1_000);

  // The replica has ended the connection of the one that was not stored; its reader is told to begin again.
  await expect(
    (async () => {
      for await (const batch of stalled) {
        expect(batch.rows).toBeGreaterThan(0);
      }
    })()
  ).rejects.toBe(STARTED_OVER);
  const left = await readToEnd(large);
  expect(left).toBeLessThan(ROWS);
  await large.until();
  expect(large.status()).toMatchObject({ state: 'done', rows: left });
  expect(large.status().generation).toBeGreaterThan(1);
});
