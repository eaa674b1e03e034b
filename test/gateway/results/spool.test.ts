import { stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Field, Int32, makeData, RecordBatch, Schema, Struct } from 'apache-arrow';
import { decodeBatch, END_OF_STREAM, IpcEncoder, positional } from '../../../src/gateway/arrow/ipc';
import { Spool } from '../../../src/gateway/results/spool';
import { temporaryDirectory } from '../../support/temporary-directory';

async function openSpool() {
  const schema = new Schema([new Field('n', new Int32(), true)]);
  const { fields } = positional(schema);
  const batch = (from: number) => {
    const data = Int32Array.from({ length: 10 }, (_, row) => from + row);
    const children = [makeData({ type: new Int32(), length: 10, data })];
    return new RecordBatch(positional(schema), makeData({ type: new Struct(fields), length: 10, children }));
  };
  const encoder = new IpcEncoder(schema);
  const file = path.join(temporaryDirectory('spool'), 'a.arrows');
  let published = 0;
  const spool = await Spool.create(file, schema, () => published++);
  return {
    spool,
    file,
    add: (from: number) => spool.append(encoder.encode(batch(from)), 10),
    published: () => published
  };
}

describe('a spool', () => {
  it('shows only what is written, in order, to readers that came before and after', async () => {
    const { spool, add } = await openSpool();
    const early = collect(spool);
    const writes = [add(0), add(10), add(20)];
    expect(spool.rows).toBe(0);
    await Promise.all(writes);
    expect(spool.rows).toBe(30);
    await spool.complete(30, END_OF_STREAM);
    const expected = Array.from({ length: 30 }, (_, n) => n);
    expect(await early).toEqual(expected);
    expect(await collect(spool)).toEqual(expected);
    await spool.remove();
  });

  it('is private to its owner and gone after removal', async () => {
    const { spool, file } = await openSpool();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await spool.remove();
    await spool.remove();
    expect(existsSync(file)).toBe(false);
  });

  it('refuses to end with another number of rows than it was given', async () => {
    const { spool, add } = await openSpool();
    await add(0);
    await expect(spool.complete(11, END_OF_STREAM)).rejects.toMatchObject({ code: 'internal' });
    await spool.remove();
  });

  it('hands a failure to those who read and those who will', async () => {
    const { spool, add } = await openSpool();
    await add(0);
    const reading = collect(spool);
    spool.fail(new Error('the statement failed'));
    await expect(reading).rejects.toThrow('the statement failed');
    await expect(collect(spool)).rejects.toThrow('the statement failed');
    await spool.remove();
  });

  it('lets a reader go that no longer wants to wait', async () => {
    const { spool } = await openSpool();
    const stop = new AbortController();
    const reading = collect(spool, stop.signal);
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    await spool.remove();
  });
});

async function collect(spool: Spool, signal?: AbortSignal): Promise<readonly number[]> {
  const values: number[] = [];
  for await (const place of spool.follow(signal)) {
    const batch = decodeBatch(spool.schema, await spool.read(place));
    values.push(...(batch.getChildAt(0)!.toJSON() as number[]));
  }
  return values;
}
