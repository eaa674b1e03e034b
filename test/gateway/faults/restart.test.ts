import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startReplicaPair } from '../../../demo/postgres';
import { connect } from '../../../demo/postgres-server';
import { removeOutsideData } from '../../../demo/postgres-setup';
import { Engine } from '../../support/engine';
import { startVersion } from '../../support/server-versions';

const COUNT = 'SELECT count(*) AS n FROM generate_series(1, 200000)';

/** Runs statements one after the other until told to stop; gives what became of each. */
function load(engine: Engine, clients: number): () => Promise<readonly string[]> {
  const outcomes: string[] = [];
  let stopping = false;
  const client = async () => {
    while (!stopping) {
      const { state, error } = await engine.run(COUNT);
      outcomes.push(error?.code ?? state);
    }
  };
  const all = Array.from({ length: clients }, client);
  return async () => {
    stopping = true;
    await Promise.all(all);
    return outcomes;
  };
}

const moment = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

it('statements go on over a restart of the server', async () => {
  const server = await startVersion(18);
  const engine = await Engine.open({ ...server, poolSize: 3, connectTimeoutMs: 10_000 });
  const stop = load(engine, 4);
  await moment(500);
  await server.restart();
  await moment(1_000);
  const outcomes = await stop();
  expect(outcomes.length).toBeGreaterThan(8);
  expect(outcomes.filter(outcome => outcome !== 'done')).toEqual([]);
  expect(engine.pool.counts).toMatchObject({ waiting: 0 });
  await engine.close();
  await server.stop();
});

it('statements go on while an administrator ends their connections', async () => {
  const server = await startVersion(18);
  const engine = await Engine.open({ ...server, poolSize: 3 });
  const stop = load(engine, 4);
  const admin = await server.connect();
  for (let round = 0; round < 3; round++) {
    await moment(1_000);
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'jupyterlab-replica%'"
    );
  }
  await admin.end();
  const outcomes = await stop();
  expect(outcomes.filter(outcome => outcome !== 'done')).toEqual([]);
  await engine.close();
  await server.stop();
});

it('statements go on while the replica is made the primary', async () => {
  const stateDir = mkdtempSync(path.join(os.tmpdir(), 'promotion-'));
  chmodSync(stateDir, 0o711);
  const pair = await startReplicaPair({
    stateDir,
    sample: {
      fingerprint: 'promotion',
      schemas: ['public'],
      load: async owner => {
        await owner.query('CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n');
      }
    },
    log: () => undefined
  });
  const engine = await Engine.open({
    credentials: { ...pair.standby, database: pair.database, ...pair.reader },
    caFile: pair.caFile,
    poolSize: 3
  });
  const stop = load(engine, 4);
  await moment(500);
  const admin = await connect(pair.standby, pair.database, pair.admin, pair.caFile);
  await admin.query('SELECT pg_promote()');
  await moment(500);
  const outcomes = await stop();
  expect(outcomes.filter(outcome => outcome !== 'done')).toEqual([]);
  expect((await engine.table('SELECT count(*) AS n FROM kept')).getChild('n')?.get(0)).toBe(1000n);
  expect((await engine.run('SELECT pg_is_in_recovery()')).error).toBeNull();
  // What was the replica would now take writes: the session must not.
  expect((await engine.run('CREATE TABLE leak (n int)')).error).toMatchObject({ code: 'read-only' });
  await admin.end();
  await engine.close();
  await pair.stop();
  removeOutsideData(stateDir);
  rmSync(stateDir, { recursive: true, force: true });
});
