import { Engine } from '../../support/engine';
import { behaved, BOUND, COMPLETE, message, ROW, ScriptedServer } from '../../support/scripted-server';

const FAILED_TRANSACTION = message('Z', 'E');

/** What a standby says when replay must have what the statement holds, and goes on serving. */
const ended = (sqlstate: string) =>
  Buffer.concat([
    BOUND,
    message('E', `SERROR\0C${sqlstate}\0Mcanceling statement due to conflict with recovery\0\0`),
    FAILED_TRANSACTION
  ]);

/** When each attempt was made, against a server that ends the first `conflicts` of them. */
async function against<T>(
  conflicts: number,
  sqlstate: string,
  use: (engine: Engine, attempts: readonly number[]) => Promise<T>
): Promise<T> {
  const attempts: number[] = [];
  const answer = behaved(socket => {
    attempts.push(performance.now());
    socket.write(attempts.length <= conflicts ? ended(sqlstate) : Buffer.concat([BOUND, ROW, COMPLETE]));
  });
  const server = await ScriptedServer.open(answer);
  const engine = await Engine.open({
    withoutTls: true,
    poolSize: 1,
    credentials: { host: '127.0.0.1', port: server.port }
  });
  try {
    return await use(engine, attempts);
  } finally {
    await engine.close();
    await server.close();
  }
}

describe('a statement that a standby ends for its replay', () => {
  it.each(['40001', '40P01'])(
    'is run again after a moment, and the reader sees one result: %s',
    async sqlstate => {
      await against(2, sqlstate, async (engine, attempts) => {
        expect((await engine.table('SELECT 1 AS n')).getChild('n')?.toArray()).toEqual(Int32Array.of(1));
        expect(attempts).toHaveLength(3);
        const [first, second, third] = attempts as [number, number, number];
        expect(third - second).toBeGreaterThan(400);
        expect(second - first).toBeGreaterThan(200);
        expect(third - second).toBeGreaterThan(second - first);
        // There is but one connection, and it has been given back.
        expect(await engine.run('SELECT 1 AS n')).toMatchObject({ state: 'done', rows: 1 });
      });
    }
  );

  it('again and again fails with the way out, on a connection that serves the next one', async () => {
    await against(3, '40001', async (engine, attempts) => {
      expect((await engine.run('SELECT 1 AS n')).error).toMatchObject({
        code: 'replica-conflict',
        sqlstate: '40001',
        action: expect.stringMatching(/\w+/)
      });
      expect(attempts).toHaveLength(3);
      expect(await engine.run('SELECT 1 AS n')).toMatchObject({ state: 'done', rows: 1 });
    });
  });

  it('can be stopped while it waits for the next attempt', async () => {
    await against(2, '40001', async (engine, attempts) => {
      const result = engine.start('SELECT 1 AS n');
      while (attempts.length < 2) {
        await new Promise(resolve => setTimeout(resolve, 2));
      }
      const asked = performance.now();
      result.cancel();
      await result.until();
      expect(result.status()).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } });
      expect(performance.now() - asked).toBeLessThan(1_000);
      expect(attempts).toHaveLength(2);
    });
  });
});
