import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Client } from 'pg';
import { makeAuthority, makeServerCertificate } from '../../../demo/certificates';
import { Engine } from '../../support/engine';
import { startVersion, type VersionedServer } from '../../support/server-versions';

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);
const told = (date: Date) => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

let server: VersionedServer;
let admin: Client;
let engine: Engine;
let directory: string;
let caFile: string;
beforeAll(async () => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'authorities-'));
  caFile = path.join(directory, 'bundle.pem');
  server = await startVersion(18);
  admin = await server.connect();
});
afterAll(async () => {
  await admin.end();
  await server.stop();
  rmSync(directory, { recursive: true });
});
beforeEach(async () => {
  engine = await Engine.open({ credentials: server.credentials, caFile });
});
afterEach(() => engine.close());

describe('a certificate whose time is over or has not come', () => {
  const [yesterday, overmorrow] = [inDays(-1), inDays(2)];
  it.each([
    ['expired', { notBeforeDate: inDays(-30), notAfterDate: yesterday }, 'it expired on', yesterday],
    [
      'not yet valid',
      { notBeforeDate: overmorrow, notAfterDate: inDays(30) },
      'it is valid only from',
      overmorrow
    ]
  ])('is told with its date: %s', async (_, period, sentence, date) => {
    const authority = await makeAuthority('An authority');
    writeFileSync(caFile, authority.certificate);
    await server.useCertificate(await makeServerCertificate(authority, period), admin);
    const { state, error } = await engine.run('SELECT 1');
    expect(state).toBe('failed');
    expect(error).toMatchObject({ code: 'tls-untrusted' });
    expect(error?.message).toContain(`${sentence} ${told(date)}`);
    expect(error?.action).toContain('clock');
    expect(engine.pool.counts).toEqual({ idle: 0, inUse: 0, waiting: 0 });
  });

  it('is told with the name of the authority where that one has expired', async () => {
    const period = { notBeforeDate: inDays(-30), notAfterDate: inDays(-3) };
    const authority = await makeAuthority('An old authority', period);
    writeFileSync(caFile, authority.certificate);
    await server.useCertificate(await makeServerCertificate(authority), admin);
    const { error } = await engine.run('SELECT 1');
    expect(error).toMatchObject({ code: 'tls-untrusted' });
    expect(error?.message).toContain(
      `the authority An old authority above it expired on ${told(period.notAfterDate)}`
    );
  });
});

describe('a server that changes to another authority', () => {
  it('is trusted once the bundle has that one too, without a restart, and open connections go on', async () => {
    const [old, next] = [await makeAuthority('Authority 2019'), await makeAuthority('Authority 2024')];
    writeFileSync(caFile, old.certificate);
    await server.useCertificate(await makeServerCertificate(old), admin);
    const held = await engine.pool.acquire(new AbortController().signal);

    await server.useCertificate(await makeServerCertificate(next), admin);
    const refused = await engine.run('SELECT 1');
    expect(refused.error).toMatchObject({ code: 'tls-untrusted' });
    expect(refused.error?.action).toContain('PGSSLROOTCERT');
    expect(await held.answers(5_000)).toBe(true);

    appendFileSync(caFile, `\n${next.certificate}`);
    expect(await engine.run('SELECT 1')).toMatchObject({ state: 'done', error: null });
    engine.pool.release(held);
  });

  it('takes cancel requests of connections that were there before', async () => {
    const [old, next] = [await makeAuthority('Authority 2030'), await makeAuthority('Authority 2035')];
    writeFileSync(caFile, old.certificate);
    await server.useCertificate(await makeServerCertificate(old), admin);
    const result = engine.start('SELECT pg_sleep(60) -- of the old authority');
    await result.until(() => result.status().fields !== null);

    writeFileSync(caFile, next.certificate);
    await server.useCertificate(await makeServerCertificate(next), admin);
    result.cancel();
    await result.until();
    expect(result.status()).toMatchObject({ state: 'cancelled' });
    const { rowCount } = await admin.query(
      "SELECT FROM pg_stat_activity WHERE query LIKE '%-- of the old authority' AND state = 'active' AND pid <> pg_backend_pid()"
    );
    expect(rowCount).toBe(0);
    // The server has answered, so that the connection was kept.
    expect(await engine.run('SELECT 1')).toMatchObject({ state: 'done' });
  });
});
