import type net from 'node:net';
import { Engine } from '../../support/engine';
import {
  behaved,
  BOUND,
  COMPLETE,
  DESCRIBED,
  LOGGED_IN,
  message,
  ROW,
  ScriptedServer,
  type Script
} from '../../support/scripted-server';

let server: ScriptedServer;
let engine: Engine;
afterEach(async () => {
  await engine.close();
  await server.close();
});

async function against(script: Script, login?: Buffer | null): Promise<void> {
  server = await ScriptedServer.open(script, login);
  engine = await Engine.open({
    withoutTls: true,
    connectTimeoutMs: 1_500,
    poolSize: 1,
    credentials: { host: '127.0.0.1', port: server.port }
  });
}

/** Sends one thing for ever, as fast as it is taken. */
function endless(socket: net.Socket, bytes: Buffer): void {
  const many = Buffer.concat(Array.from({ length: Math.ceil(65_536 / bytes.length) }, () => bytes));
  const send = () => {
    while (!socket.destroyed && socket.write(many)) {
      // Until the buffer is full.
    }
  };
  socket.on('drain', send);
  send();
}

const NOTICE = message('N', 'SNOTICE\0C00000\0Mlook here\0\0');

it('is understood when it behaves', async () => {
  await against(behaved(socket => socket.write(Buffer.concat([BOUND, ROW, COMPLETE]))));
  expect((await engine.table('SELECT 1 AS n')).getChild('n')?.get(0)).toBe(1);
});

describe('a server that is broken', () => {
  const half = (bytes: Buffer) => bytes.subarray(0, bytes.length - 3);
  it.each<[string, Script]>([
    ['a message shorter than its own length', behaved(socket => socket.write(message('C', '', 2)))],
    ['a negative length', behaved(socket => socket.write(message('C', '', -5)))],
    [
      'a length beyond what PostgreSQL can send',
      behaved(socket => socket.write(message('D', '', 0x7fffffff)))
    ],
    ['a truncated row', behaved(socket => socket.end(Buffer.concat([BOUND, half(ROW)])))],
    [
      'a row of more columns than described',
      behaved(socket => socket.write(Buffer.concat([BOUND, message('D', Buffer.from([0, 9])), COMPLETE])))
    ],
    [
      'a cell that ends behind its row',
      behaved(socket =>
        socket.write(Buffer.concat([BOUND, message('D', Buffer.from([0, 1, 0, 0, 9, 9])), COMPLETE]))
      )
    ],
    [
      'a row description cut short',
      (socket, type) =>
        type === 'D'
          ? socket.write(message('T', Buffer.from([0, 5, 65])))
          : behaved(() => undefined)(socket, type)
    ],
    [
      'a row description when rows should come',
      behaved(socket => socket.write(Buffer.concat([BOUND, DESCRIBED])))
    ],
    ['a message of no known type', behaved(socket => socket.write(message('~', 'what')))],
    ['an error without its fields', behaved(socket => socket.end(message('E', Buffer.from([0]))))],
    ['a connection closed in the login', (socket, type) => void (type === 'Q' && socket.destroy())]
  ])('fails the query, and nothing else: %s', async (_, script) => {
    await against(script);
    const { state, error } = await engine.run('SELECT 1');
    expect(state).toBe('failed');
    expect(error?.action).toBeTruthy();
    expect(error?.code).toMatch(/^(connection-lost|query-failed|internal)$/);
    expect(engine.pool.counts).toEqual({ idle: expect.any(Number), inUse: 0, waiting: 0 });
  });

  it('is told with the column whose value cannot be read', async () => {
    const short = message('D', Buffer.from([0, 1, 0, 0, 0, 3, 1, 2, 3]));
    await against(behaved(socket => socket.write(Buffer.concat([BOUND, ROW, short, COMPLETE]))));
    const { state, error } = await engine.run('SELECT 1 AS n');
    expect(state).toBe('failed');
    expect(error).toMatchObject({ code: 'internal', subject: 'n' });
    expect(error?.message).toMatch(/^Column n of type integer cannot be read: The server sent 3 bytes/);
    expect(error?.action).toContain('n::text');
  });

  it('is not read for ever in the login', async () => {
    await against(() => undefined, Buffer.concat(Array.from({ length: 40_000 }, () => NOTICE)));
    expect((await engine.run('SELECT 1')).error).toMatchObject({ code: 'host-unreachable' });
  });

  it('is no PostgreSQL when its login makes no sense', async () => {
    await against(() => undefined, Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect((await engine.run('SELECT 1')).error).toMatchObject({ code: 'host-unreachable' });
  });

  it('gives rows that nobody described to nobody', async () => {
    await against((socket, type) => {
      if (type === 'D') {
        socket.write(Buffer.concat([ROW, ROW, DESCRIBED]));
      } else {
        behaved(other => other.write(Buffer.concat([BOUND, ROW, COMPLETE])))(socket, type);
      }
    });
    expect(await engine.run('SELECT 1 AS n')).toMatchObject({ state: 'done', rows: 1 });
  });
});

describe('a server that never ends', () => {
  it.each<[string, Buffer]>([
    ['notices', NOTICE],
    ['parameter states', message('S', 'TimeZone\0UTC\0')],
    ['notifications', message('A', Buffer.from('\0\0\0\x07channel\0payload\0'))]
  ])('can be stopped within a second amid endless %s, in bounded memory', async (_, bytes) => {
    await against(behaved(socket => endless(socket, bytes)));
    const before = process.memoryUsage().rss;
    const result = engine.start('SELECT 1');
    await result.until(() => result.status().fields !== null);
    await new Promise(resolve => setTimeout(resolve, 1_500));
    expect(result.status().notices.length).toBeLessThanOrEqual(100);
    const asked = Date.now();
    result.cancel();
    await result.until();
    expect(Date.now() - asked).toBeLessThan(1_000);
    expect(result.status().state).toBe('cancelled');
    expect(server.cancels).toBeGreaterThan(0);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20);
    expect(engine.pool.counts).toEqual({ idle: 0, inUse: 0, waiting: 0 });
  });
});

describe('Stop', () => {
  it.each<[string, Script, Buffer | null]>([
    ['the server accepts and says nothing', () => undefined, null],
    ['the login stops half-way', () => undefined, message('R', Buffer.from([0, 0, 0, 5, 1, 2, 3, 4]))],
    ['the transaction does not begin', () => undefined, LOGGED_IN],
    [
      'the statement is not described',
      (socket, type) => void (type === 'Q' && behaved(() => undefined)(socket, type)),
      LOGGED_IN
    ],
    ['no row comes', behaved(() => undefined), LOGGED_IN]
  ])('needs less than a second where %s', async (_, script, login) => {
    await against(script, login);
    const result = engine.start('SELECT 1');
    await new Promise(resolve => setTimeout(resolve, 200));
    const asked = Date.now();
    result.cancel();
    await result.until();
    expect(Date.now() - asked).toBeLessThan(1_000);
    expect(result.status()).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } });
    expect(engine.pool.counts).toMatchObject({ inUse: 0, waiting: 0 });
  });
});
