import path from 'node:path';
import { Field, Int32, Schema } from 'apache-arrow';
import { IpcEncoder } from '../../../src/gateway/arrow/ipc';
import { BatchBuilder } from '../../../src/gateway/columns/batch';
import { Int32Column } from '../../../src/gateway/columns/fixed-width';
import { AnyOrder } from '../../../src/gateway/parallel/any-order';
import type { Collector } from '../../../src/gateway/parallel/collector';
import { InOrder } from '../../../src/gateway/parallel/in-order';
import { RangeScan } from '../../../src/gateway/parallel/range-scan';
import type { Session } from '../../../src/gateway/postgres/session';
import { Spool } from '../../../src/gateway/results/spool';
import { Engine } from '../../support/engine';
import { temporaryDirectory } from '../../support/temporary-directory';
import { run } from '../columns/cells';

const FLOW = {
  pause: () => undefined,
  resume: () => undefined,
  fail: () => undefined,
  reserve: () => undefined
};

let engine: Engine;
let session: Session;
beforeAll(async () => {
  engine = await Engine.open({ poolSize: 2 });
  session = await engine.pool.acquire(new AbortController().signal);
});
afterAll(async () => {
  engine.pool.release(session);
  await engine.close();
});

it.each(['any order', 'order'])(
  'rows in %s: a batch with a value that cannot be kept is not published',
  async order => {
    const schema = new Schema([new Field('n', new Int32(), true)]);
    const directory = temporaryDirectory('collector');
    const spool = await Spool.create(path.join(directory, 'all'), schema, () => undefined);
    const column = new Int32Column();
    const builders = new Map([[session, new BatchBuilder(schema, [column])]]);
    const encoder = new IpcEncoder(schema);
    const flowOf = () => FLOW;
    const newPath = () => path.join(directory, 'range');
    const collector: Collector =
      order === 'order'
        ? new InOrder({ builders, encoder, spool, ranges: 1, flowOf, newPath, fail: () => undefined })
        : new AnyOrder(builders, encoder, spool, flowOf);
    const rows = await collector.open(session, 0);
    rows.take(run([Buffer.alloc(4)]));
    const broken = jest.spyOn(column, 'append').mockImplementation(() => {
      throw new Error('a value that cannot be kept');
    });
    expect(() => rows.take(run([Buffer.alloc(4)]))).toThrow('a value that cannot be kept');
    broken.mockRestore();
    await new Promise(resolve => setTimeout(resolve, 400));
    expect(spool.batches).toHaveLength(0);
    await collector.abandon();
    await spool.remove();
  }
);

it('a session that waits for its own file is not woken by the file of another', async () => {
  const other = await engine.pool.acquire(new AbortController().signal);
  const team = { sessions: [session, other] as const, dismiss: () => Promise.resolve() };
  const scan = new RangeScan(team, [], [], new AbortController().signal);
  const woken = [session, other].map(one => jest.spyOn(one, 'resume'));
  scan.resume(other);
  expect(woken.map(spy => spy.mock.calls.length)).toEqual([0, 1]);
  scan.resumeAll();
  expect(woken.map(spy => spy.mock.calls.length)).toEqual([1, 2]);
  woken.forEach(spy => spy.mockRestore());
  engine.pool.release(other);
});
