import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startReplicaPair, type ReplicaPair } from '../../../demo/postgres';
import { connect } from '../../../demo/postgres-server';
import { removeOutsideData } from '../../../demo/postgres-setup';
import { Engine } from '../../support/engine';

/** What an administrator may have set for a role, each of them in the way of an exact answer. */
const OF_THE_ROLE: Readonly<Record<string, string>> = {
  // A standby refuses it to every transaction that does not ask for another one.
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  default_transaction_read_only: 'off',
  TimeZone: 'Asia/Tokyo',
  DateStyle: 'German',
  IntervalStyle: 'sql_standard',
  extra_float_digits: '-5',
  bytea_output: 'escape',
  statement_timeout: '3s',
  lock_timeout: '3s',
  idle_in_transaction_session_timeout: '3s',
  client_encoding: 'LATIN1',
  standard_conforming_strings: 'off',
  quote_all_identifiers: 'on'
};

let stateDir: string;
let pair: ReplicaPair;
let engine: Engine;
beforeAll(async () => {
  stateDir = mkdtempSync(path.join(os.tmpdir(), 'settings-'));
  // PostgreSQL's account must be able to pass through when the tests run as root.
  chmodSync(stateDir, 0o711);
  pair = await startReplicaPair({
    stateDir,
    sample: { fingerprint: 'settings', schemas: [], load: async () => undefined },
    log: () => undefined
  });
  const { primary, standby, database, admin, reader, caFile } = pair;
  const owner = await connect(primary, database, admin, caFile);
  for (const [name, value] of Object.entries(OF_THE_ROLE)) {
    await owner.query(`ALTER ROLE ${reader.user} SET ${name} = '${value}'`);
  }
  await owner.end();
  const replica = await connect(standby, database, admin, caFile);
  const settings = 'SELECT FROM pg_db_role_setting WHERE cardinality(setconfig) = $1';
  while ((await replica.query(settings, [Object.keys(OF_THE_ROLE).length])).rowCount === 0) {
    await sleep(20);
  }
  await replica.end();
  engine = await Engine.open({
    credentials: { ...standby, database, ...reader },
    caFile,
    searchPath: ['analytics', 'a "b"']
  });
}, 120_000);
afterAll(async () => {
  await engine.close();
  await pair.stop();
  removeOutsideData(stateDir);
  rmSync(stateDir, { recursive: true, force: true });
});

it('a statement finds the settings of the gateway, whatever the role has', async () => {
  const wanted = {
    application_name: 'jupyterlab-replica: script test',
    transaction_isolation: 'read committed',
    transaction_read_only: 'on',
    default_transaction_read_only: 'on',
    statement_timeout: '1min',
    lock_timeout: '10s',
    idle_in_transaction_session_timeout: '1min',
    client_connection_check_interval: '10s',
    search_path: '"analytics", "a ""b"""',
    client_encoding: 'UTF8',
    TimeZone: 'UTC',
    DateStyle: 'ISO, YMD',
    IntervalStyle: 'postgres',
    extra_float_digits: '1',
    bytea_output: 'hex'
  };
  const columns = Object.keys(wanted).map(name => `current_setting('${name}') AS "${name}"`);
  const table = await engine.table(`SELECT ${columns.join(', ')}`);
  expect({ ...table.get(0)!.toJSON() }).toEqual(wanted);
});

it('text of what has no Arrow type is the same for every role', async () => {
  const sql = `SELECT ROW('\\\\x00ff'::bytea, date '2026-03-04', 0.1::float8 + 0.2::float8) AS composite,
    interval '1 day 02:03:04' AS span, tstzrange('2026-03-04 00:00+00', NULL) AS range, point(0.1, 1e-9) AS place,
    to_timestamp(0) AS moment`;
  const table = await engine.table(sql);
  expect(JSON.parse(JSON.stringify(table.get(0)))).toEqual({
    composite: '("\\\\x00ff",2026-03-04,0.30000000000000004)',
    span: '1 day 02:03:04',
    range: '["2026-03-04 00:00:00+00",)',
    place: '(0.1,1e-09)',
    moment: 0
  });
});

it('a name with a backslash and quotes shows as it is', async () => {
  const label = `it's a "\\" name`;
  const table = await engine.table("SELECT current_setting('application_name') AS name", {
    origin: { kind: 'panel', label }
  });
  expect(table.getChild('name')!.get(0)).toBe(`jupyterlab-replica: panel ${label}`);
});
