import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tableFromArrays } from 'apache-arrow';
import type { ExportRequest, ExportStatus } from '../../src/contract/export';
import type { Exports } from '../../src/gateway/export';
import { GatewayError } from '../../src/gateway/gateway-error';
import { Journal } from '../../src/gateway/s3/journal';
import { temporaryDirectory } from '../support/temporary-directory';
import { ArrowSource } from './parquet/arrow-source';
import { DatasetWorld, until } from './dataset/dataset-world';

jest.setTimeout(60_000);
let world: DatasetWorld;

beforeAll(async () => {
  world = await DatasetWorld.open();
}, 60_000);
afterAll(() => world.close());

const rows = () => tableFromArrays({ id: Int32Array.of(1, 2, 3) });

/** Exports of one gateway, which is gone when `use` has ended. */
async function gateway<T>(parent: string, use: (exports: Exports) => Promise<T>): Promise<T> {
  const journal = await Journal.open(parent);
  const exports = await world.exports(rows(), {}, { journal });
  try {
    return await use(exports);
  } finally {
    await exports.dispose();
    await journal.close();
  }
}

const exported = (parent: string, prefix: string, more: Partial<ExportRequest> = {}): Promise<ExportStatus> =>
  gateway(parent, exports => world.export(exports, prefix, {}, more));

const filesOf = (parent: string): string[] =>
  readdirSync(path.join(parent, 'past-exports')).map(name => path.join(parent, 'past-exports', name));

test('an export that has ended is known to the next gateway as it was', async () => {
  const parent = temporaryDirectory('ledger');
  const first = await exported(parent, 'first');
  const second = await exported(parent, 'second');
  expect(first).toMatchObject({ state: 'done', rowsWritten: 3 });
  await gateway(parent, async exports => {
    expect(exports.list()).toEqual([second, first]);
    expect(exports.get(first.exportId)).toEqual(first);
    expect(await exports.cancel(first.exportId)).toEqual(first);
    expect(await until(exports, first.exportId)).toEqual(first);
    const again = exports.retry(first.exportId);
    expect(await until(exports, again.exportId)).toMatchObject({ state: 'done', key: 'first' });
    expect(exports.list().map(({ key }) => key)).toEqual(['first', 'second', 'first']);
  });
});

test('one that is cancelled when the gateway ends is told as cancelled by the next', async () => {
  const parent = temporaryDirectory('ledger');
  const { exportId } = await gateway(parent, async exports => exports.start(world.request('cut')));
  await gateway(parent, async exports => {
    expect(exports.get(exportId)).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } });
  });
});

test('files are of the user alone, and hold no secret parameter', async () => {
  const parent = temporaryDirectory('ledger');
  const params = ['open to see', 'not to be kept'];
  const { exportId } = await exported(parent, 'secret', { params, secretParams: [1] });
  const [file = ''] = filesOf(parent);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toContain('open to see');
  expect(readFileSync(file, 'utf8')).not.toContain('not to be kept');
  await gateway(parent, async exports => {
    expect(() => exports.retry(exportId)).toThrow(GatewayError);
    expect(() => exports.retry(exportId)).toThrow('The secret parameters of this export were not kept.');
    expect(exports.list()).toHaveLength(1);
  });
});

test('a file that a full disk has cut is passed over, and the oldest beyond a hundred are forgotten', async () => {
  const parent = temporaryDirectory('ledger');
  const { startedAt } = await exported(parent, 'kept');
  const [file = ''] = filesOf(parent);
  const whole = readFileSync(file, 'utf8');
  for (let number = 0; number < 120; number++) {
    const name = `2020-01-01T00${String(number).padStart(4, '0')}.000Z-${number}.json`;
    writeFileSync(path.join(path.dirname(file), name), number % 2 ? whole : whole.slice(0, -20));
  }
  await gateway(parent, async exports => {
    expect(filesOf(parent)).toHaveLength(100);
    expect(exports.list()).toEqual([expect.objectContaining({ key: 'kept', startedAt })]);
  });
});

test('one that cannot be forgotten hides no other', async () => {
  const parent = temporaryDirectory('ledger');
  const kept = await exported(parent, 'kept');
  for (let number = 0; number < 100; number++) {
    mkdirSync(path.join(parent, 'past-exports', `2020-01-01T00${String(number).padStart(4, '0')}.000Z.json`));
  }
  await gateway(parent, async exports => {
    expect(exports.list()).toEqual([kept]);
  });
});

test('a disk that takes nothing fails no export', async () => {
  const parent = temporaryDirectory('ledger');
  await gateway(parent, async exports => {
    rmSync(path.join(parent, 'past-exports'), { recursive: true });
    writeFileSync(path.join(parent, 'past-exports'), 'in the way');
    expect(await world.export(exports, 'unnoted')).toMatchObject({ state: 'done' });
    expect(exports.list()).toHaveLength(1);
  });
  await gateway(parent, async exports => {
    expect(exports.list()).toEqual([]);
    expect(await world.export(exports, 'unnoted again')).toMatchObject({ state: 'done' });
  });
});

test('those that have ended are cleared for good, and one that runs stays', async () => {
  const parent = temporaryDirectory('ledger');
  await exported(parent, 'first');
  let release = () => {};
  const held = new Promise<void>(resolve => (release = resolve));
  const waiting = new ArrowSource(rows().schema, rows().batches, () => held);
  const journal = await Journal.open(parent);
  const exports = await world.exports(waiting, {}, { journal });
  const { exportId } = exports.start(world.request('second'));
  await exports.clearEnded();
  expect(exports.list().map(one => one.exportId)).toEqual([exportId]);
  release();
  const last = await until(exports, exportId);
  expect(last).toMatchObject({ state: 'done' });
  await exports.dispose();
  await journal.close();
  await gateway(parent, async next => {
    expect(next.list()).toEqual([last]);
    await next.clearEnded();
    expect([next.list(), filesOf(parent)]).toEqual([[], []]);
  });
});
