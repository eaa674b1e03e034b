import type { Client } from 'pg';
import { gatherTeam } from '../../../src/gateway/parallel/team';
import type { Session } from '../../../src/gateway/postgres/session';
import { ctidRangeSql } from '../../../src/sql/plain-table';
import { Engine } from '../../support/engine';
import { connectPrimary, createSchema, replayed } from './bulk-table';

const SCHEMA = 'shared_team';
const SQL = `TABLE ${SCHEMA}.bulk`;
const { signal } = new AbortController();

let primary: Client;
let engine: Engine;

beforeAll(async () => {
  primary = await connectPrimary();
  await createSchema(primary, SCHEMA);
  await replayed(primary);
  engine = await Engine.open({ poolSize: 3 });
});

afterAll(async () => {
  await engine.close();
  await primary.query(`DROP SCHEMA ${SCHEMA} CASCADE`);
  await primary.end();
});

/** A team around a leader whose transaction has seen the table before `meanwhile` happens. */
async function gather(connections: number, meanwhile: () => Promise<void>) {
  const leader = await engine.pool.acquire(signal);
  await leader.begin('leader', { exported: null });
  const columns = (await leader.describe(SQL)).columns ?? [];
  await rounds(leader);
  await meanwhile();
  const wish = { rangeSql: ctidRangeSql(SQL)!, connections, inOrder: false, minimumBytes: 0 };
  const team = await gatherTeam({ pool: engine.pool, leader, wish, columns, label: 'follower', signal });
  if (typeof team === 'string') {
    throw new Error(`There is no team: ${team}.`);
  }
  const dismissAll = async () => {
    await Promise.all(team.sessions.map(session => team.dismiss(session)));
    await leader.end();
    engine.pool.release(leader);
  };
  return { team, dismissAll };
}

async function rounds(session: Session): Promise<unknown> {
  return session.rows(`SELECT min(round), max(round) FROM ${SCHEMA}.bulk`);
}

it('sees the leader’s moment, whatever was committed before the others joined', async () => {
  const { team, dismissAll } = await gather(3, async () => {
    await primary.query(`UPDATE ${SCHEMA}.bulk SET round = 7`);
    await replayed(primary);
  });
  expect(team.sessions).toHaveLength(3);
  const seen = await Promise.all(team.sessions.map(rounds));
  expect(seen).toEqual([[['0', '0']], [['0', '0']], [['0', '0']]]);
  await dismissAll();
  expect(engine.pool.counts).toMatchObject({ inUse: 0, idle: 3 });
});

it('is on one server', async () => {
  const { team, dismissAll } = await gather(2, () => Promise.resolve());
  const servers = new Set(team.sessions.map(({ serverAddress }) => serverAddress));
  expect(servers.size).toBe(1);
  await dismissAll();
});

it('takes only connections that nobody else has', async () => {
  const other = await engine.pool.acquire(signal);
  const { team, dismissAll } = await gather(3, () => Promise.resolve());
  expect(team.sessions).toHaveLength(2);
  await dismissAll();
  engine.pool.release(other);
});
