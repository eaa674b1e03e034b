import path from 'node:path';
import { Field, Int32, Schema } from 'apache-arrow';
import { IpcEncoder } from '../../src/gateway/arrow/ipc';
import { BatchBuilder } from '../../src/gateway/columns/batch';
import { Int32Column } from '../../src/gateway/columns/fixed-width';
import { Drain } from '../../src/gateway/drain';
import { Spool } from '../../src/gateway/results/spool';
import { Engine } from '../support/engine';
import { temporaryDirectory } from '../support/temporary-directory';
import { run } from './columns/cells';

it('a write that ends after its statement has failed leaves the session to whoever has it now', async () => {
  const engine = await Engine.open();
  const session = await engine.pool.acquire(new AbortController().signal);
  const schema = new Schema([new Field('n', new Int32(), true)]);
  const file = path.join(temporaryDirectory('drain'), 'a.arrows');
  const spool = await Spool.create(file, schema, () => undefined);
  let written: () => void = () => undefined;
  jest.spyOn(spool, 'append').mockReturnValue(new Promise(resolve => (written = resolve)));
  const target = {
    builder: new BatchBuilder(schema, [new Int32Column()]),
    encoder: new IpcEncoder(schema),
    ...{ spool, rowLimit: Infinity }
  };
  const drain = new Drain(session, target, engine.store);
  const rows = run(Array.from({ length: 1000 }, () => Buffer.alloc(4)));
  await expect(
    drain.run(sink => {
      sink(rows);
      return Promise.reject(new Error('the statement failed'));
    })
  ).rejects.toThrow('the statement failed');
  const resume = jest.spyOn(session, 'resume');
  written();
  await new Promise(resolve => setImmediate(resolve));
  expect(resume).not.toHaveBeenCalled();
  engine.pool.release(session);
  await spool.remove();
  await engine.close();
});
