import type { Session } from '../../../src/gateway/postgres/session';
import { SourceColumns } from '../../../src/gateway/postgres/source-columns';
import { Engine } from '../../support/engine';
import {
  behaved,
  BOUND,
  COMPLETE,
  message,
  ROW,
  type Script,
  ScriptedServer
} from '../../support/scripted-server';

let server: ScriptedServer;
let engine: Engine;
async function open(script: Script, statementTimeoutMs = 60_000): Promise<void> {
  server = await ScriptedServer.open(script);
  const credentials = { host: '127.0.0.1', port: server.port };
  engine = await Engine.open({ credentials, withoutTls: true, poolSize: 1, statementTimeoutMs });
}
afterEach(async () => {
  await engine.close();
  await server.close();
});

const ALL = Buffer.concat([BOUND, ROW, COMPLETE]);

describe('a Stop that comes when the server is done already', () => {
  it('makes no result of the rows that were read by then', async () => {
    let stop: () => void = () => undefined;
    await open(
      behaved(socket => {
        stop();
        setTimeout(() => socket.write(ALL), 100);
      })
    );
    const result = engine.start('SELECT n');
    stop = () => result.cancel();
    await result.until();
    expect(result.status()).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } });
  });

  it('is no empty answer of the catalog, and is not remembered as one', async () => {
    let session: Session | null = null;
    let stops = 1;
    await open(
      behaved(socket => {
        if (stops-- > 0) {
          void session?.cancel();
        }
        setTimeout(() => socket.write(ALL), 100);
      })
    );
    session = await engine.pool.acquire(new AbortController().signal);
    const sources = new SourceColumns(Date.now);
    const column = { name: 'n', oid: 23, typmod: -1, tableOid: 1, attributeNumber: 1 };
    await expect(sources.of(session, [column])).rejects.toMatchObject({ code: 'cancelled' });
    const asked = jest.spyOn(session, 'rows');
    await sources.of(session, [column]);
    expect(asked).toHaveBeenCalledTimes(1);
    engine.pool.release(session);
  });
});

it('a result is not done with fewer rows than the server says it has sent', async () => {
  const tag = Buffer.concat([message('C', 'SELECT 2\0'), message('Z', 'T')]);
  await open(behaved(socket => socket.write(Buffer.concat([BOUND, ROW, tag]))));
  expect((await engine.run('SELECT n')).error).toMatchObject({
    code: 'internal',
    message: 'The server sent 2 rows but 1 arrived.'
  });
});

describe('a statement that the server ends in a language of its own', () => {
  const fields = 'SFEHLER\0C57014\0Mstorniere Anfrage\0\0';
  const ended = Buffer.concat([message('E', fields), message('Z', 'E')]);

  it('has run into its time limit when that is over', async () => {
    await open(
      behaved(socket => setTimeout(() => socket.write(ended), 200)),
      100
    );
    expect((await engine.run('SELECT n')).error).toMatchObject({ code: 'timeout', sqlstate: '57014' });
  });

  it('was cancelled by somebody when it is not', async () => {
    await open(behaved(socket => socket.write(ended)));
    expect((await engine.run('SELECT n')).error).toMatchObject({ code: 'cancelled', sqlstate: '57014' });
  });
});

it('a statement with a NUL character is refused before any server sees it', async () => {
  await open(behaved(socket => socket.write(ALL)));
  expect((await engine.run('SELECT 1\0 AS n')).error).toMatchObject({
    code: 'bad-request',
    message: 'The statement has a NUL character at position 9.'
  });
  expect(server.connections).toBe(0);
});
