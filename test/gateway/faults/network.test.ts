import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Engine, standbyCredentials } from '../../support/engine';
import { Relay } from '../../support/relay';
import { testStack } from '../../support/stack';

const ENDLESS = 'SELECT generate_series(1, 1000000000), repeat($$x$$, 200)';

let relay: Relay;
let engine: Engine;
beforeEach(async () => {
  relay = await Relay.open(standbyCredentials().port);
  engine = await Engine.open({ credentials: { port: relay.port }, connectTimeoutMs: 2_000 });
});
afterEach(async () => {
  await engine.close();
  await relay.close();
});

const allReturned = { inUse: 0, waiting: 0 };

describe('a connection that is reset', () => {
  it('while it is idle is replaced unnoticed', async () => {
    await engine.run('SELECT 1');
    relay.cut();
    expect(await engine.run('SELECT 1')).toMatchObject({ state: 'done' });
  });

  it('while the statement runs has it run again', async () => {
    const result = engine.start('SELECT pg_sleep(0.5), 7 AS n');
    await new Promise(resolve => setTimeout(resolve, 250));
    relay.cut();
    await result.until();
    expect(result.status()).toMatchObject({ state: 'done', rows: 1 });
    expect(relay.connections).toBeGreaterThan(1);
  });

  it('again and again ends in a clear error', async () => {
    const cutting = setInterval(() => relay.cut(), 50);
    const { state, error } = await engine.run('SELECT pg_sleep(5)');
    clearInterval(cutting);
    expect(state).toBe('failed');
    expect(error?.code).toMatch(/^(connection-lost|host-unreachable)$/);
    expect(engine.pool.counts).toMatchObject(allReturned);
  });
});

describe('a network that swallows everything', () => {
  it('holds a new statement up no longer than a connection may take', async () => {
    await engine.run('SELECT 1');
    while (engine.pool.counts.inUse > 0) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    relay.hold();
    setTimeout(() => relay.go(), 2_200);
    const started = Date.now();
    expect(await engine.run('SELECT 1')).toMatchObject({ state: 'done', error: null });
    expect(Date.now() - started).toBeLessThan(8_000);
    expect(relay.connections).toBeGreaterThan(1);
  });

  it.each([
    ['sleeps', 'SELECT pg_sleep(60)'],
    ['streams', ENDLESS]
  ])('does not keep a statement that %s from being stopped within a second', async (_, sql) => {
    const result = engine.start(sql);
    await new Promise(resolve => setTimeout(resolve, 400));
    relay.hold();
    const asked = Date.now();
    result.cancel();
    await result.until();
    expect(Date.now() - asked).toBeLessThan(1_000);
    expect(result.status().state).toBe('cancelled');
    expect(engine.pool.counts).toEqual({ idle: 0, ...allReturned });
    relay.go();
    expect(await engine.run('SELECT 1')).toMatchObject({ state: 'done' });
  });

  it('does not keep a statement that has no connection yet from being stopped', async () => {
    const patient = await Engine.open({ credentials: { port: relay.port }, connectTimeoutMs: 60_000 });
    relay.hold();
    const before = relay.connections;
    const result = patient.start('SELECT 1');
    while (relay.connections === before) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    const asked = Date.now();
    result.cancel();
    await result.until();
    expect(Date.now() - asked).toBeLessThan(5_000);
    expect(result.status().state).toBe('cancelled');
    relay.go();
    await patient.close();
  });

  const onLinux = process.platform === 'linux' ? it : it.failing;
  onLinux('is noticed by keep-alive probes while a statement runs in silence', async () => {
    const result = engine.start('SELECT pg_sleep(60)');
    await new Promise(resolve => setTimeout(resolve, 400));
    // proc(5): the column `tr` of a socket that waits for a keep-alive probe is 02.
    const remote = `:${relay.port.toString(16).toUpperCase().padStart(4, '0')}`;
    const ours = readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .map(line => line.trim().split(/\s+/))
      .filter(([, , to = '', state]) => to.endsWith(remote) && state === '01');
    expect(ours.map(fields => fields[5]?.slice(0, 2))).toEqual(['02']);
    result.cancel();
    await result.until();
  });
});

describe('the certificate authority', () => {
  it('is read anew for each connection', async () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'authority-'));
    const caFile = path.join(directory, 'ca.pem');
    copyFileSync(testStack().unknownCaFile, caFile);
    const careful = await Engine.open({ caFile });
    expect((await careful.run('SELECT 1')).error).toMatchObject({ code: 'tls-untrusted' });
    copyFileSync(testStack().caFile, caFile);
    expect(await careful.run('SELECT 1')).toMatchObject({ state: 'done' });
    await careful.close();
    rmSync(directory, { recursive: true });
  });
});

describe('a password that was rotated', () => {
  const answers = (...passwords: string[]) => {
    const { password } = standbyCredentials();
    let reads = 0;
    return {
      read: () => Promise.resolve({ ...standbyCredentials(), password: passwords[reads++] ?? password }),
      reads: () => reads
    };
  };

  it('between reading and use is read once more', async () => {
    const secret = answers('old');
    const rotated = await Engine.open({ read: secret.read });
    expect(await rotated.run('SELECT 1')).toMatchObject({ state: 'done' });
    expect(secret.reads()).toBe(2);
    await rotated.close();
  });

  it('is not read again and again where it stays wrong', async () => {
    const secret = answers('old', 'older', 'oldest');
    const rotated = await Engine.open({ read: secret.read });
    expect((await rotated.run('SELECT 1')).error).toMatchObject({
      code: 'authentication-failed',
      sqlstate: '28P01'
    });
    expect(secret.reads()).toBe(2);
    await rotated.close();
  });
});
