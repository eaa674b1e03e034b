import { CreateMultipartUploadCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Int32, Utf8 } from 'apache-arrow';
import type { DatasetRequest } from '../../../src/contract/dataset';
import type { ExportStatus } from '../../../src/contract/export';
import { removeDebt } from '../../../src/gateway/dataset/remove';
import { parquet, type FileFormat } from '../../../src/gateway/formats/file-format';
import { deleteDataset } from '../../../src/gateway/dataset/retention';
import type { Fate } from '../../support/faulty-proxy';
import { BATCHES, FaultWorld, answer, fates, numbers, type Matches } from '../fault-world';
import { batchOf } from '../parquet/batch-of';
import { ArrowSource } from '../parquet/arrow-source';
import { BUCKET } from '../s3/emulated-s3';
import { until } from './dataset-world';
import { orders } from './orders';

jest.setTimeout(60_000);
let faults: FaultWorld;

beforeAll(async () => {
  faults = await FaultWorld.open();
}, 60_000);
afterAll(() => faults.close());

/** Counts the files that are begun and neither complete nor given up. */
class OpenFiles {
  now = 0;
  most = 0;

  over(format: FileFormat): () => FileFormat {
    return () => ({
      ...format,
      open: (schema, several) => {
        const file = format.open(schema, several);
        const finish = file.finish.bind(file);
        file.finish = async () => {
          const rest = await finish();
          this.now--;
          return rest;
        };
        this.most = Math.max(this.most, ++this.now);
        return file;
      }
    });
  }
}

const put = (Key: string, Body: string) =>
  faults.world.s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));

async function exported(
  prefix: string,
  source: ArrowSource,
  dataset: Partial<DatasetRequest> = {}
): Promise<ExportStatus> {
  const exports = await faults.world.exports(source, { s3: faults.client() });
  return faults.world.export(exports, prefix, dataset);
}

describe('no version is committed', () => {
  /** One file a batch; when all but the last have been looked at on S3, somebody does something. */
  const disturbed = async (prefix: string, disturb: () => Promise<unknown>) => {
    let complete = () => 0;
    const source = numbers('a dataset', async number => {
      if (number === BATCHES - 1) {
        while (complete() < BATCHES - 1) {
          await new Promise(resolve => setTimeout(resolve, 20));
        }
        await disturb();
      }
    });
    const exports = await faults.world.exports(source, { s3: faults.client() });
    const { exportId } = exports.start(faults.world.request(prefix, { targetFileBytes: 1 }));
    complete = () => exports.get(exportId).files;
    return until(exports, exportId);
  };

  test.each<[string, (prefix: string) => Promise<unknown>, RegExp]>([
    [
      'deletes one of its files',
      async prefix => {
        const [Key] = await faults.world.keysBelow(prefix);
        await faults.world.s3.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
      },
      /is gone|no object/
    ],
    [
      'deletes the whole dataset',
      prefix => deleteDataset(faults.world.s3.client, { bucket: BUCKET, prefix }),
      /is gone|no object/
    ],
    [
      'puts a file beside them',
      async prefix => {
        const [key] = await faults.world.keysBelow(prefix);
        await put(`${key!.split('/').slice(0, -1).join('/')}/other.parquet`, 'something else');
      },
      /none of its files/
    ],
    [
      'replaces one of them',
      async prefix => put((await faults.world.keysBelow(prefix))[0]!, 'something else'),
      /another than was written/
    ]
  ])('when somebody %s while it is written', async (what, disturb, detail) => {
    const prefix = `disturbed/${what.replaceAll(' ', '-')}`;
    expect(await disturbed(prefix, () => disturb(prefix))).toMatchObject({
      state: 'failed',
      error: { code: 'export-incomplete', detail: expect.stringMatching(detail) }
    });
    await faults.expectNothing(prefix);
  });
});

describe('an append that copies the files before it', () => {
  const partitionBy = [{ column: 'at', part: 'month' }] as const;
  const isCopy: Matches = ({ headers }) => 'x-amz-copy-source' in headers;
  const base = (prefix: string) => exported(prefix, ArrowSource.of(orders(300)), { partitionBy });
  const append = (prefix: string) =>
    exported(prefix, ArrowSource.of(orders(5, 300)), { partitionBy, mode: 'append' });

  test.each<[string, Fate[]]>([
    ['S3 asks for less', Array.from({ length: 3 }, () => answer(503, 'SlowDown'))],
    ['S3 fails in an answer of 200', Array.from({ length: 3 }, () => answer(200, 'InternalError'))],
    ['the answer is lost', [{ kind: 'lose' }]]
  ])('goes on when %s', async (what, list) => {
    const prefix = `appended/${what.replaceAll(' ', '-')}`;
    await base(prefix);
    faults.rules.set(prefix, fates(isCopy, list));
    expect(await append(prefix)).toMatchObject({ state: 'done', error: null });
    expect((await faults.world.manifest(prefix, 2)).rows).toBe(305);
  });

  test('leaves nothing when one copy fails while others are on their way', async () => {
    const prefix = 'appended/one-fails';
    await base(prefix);
    const before = await faults.world.keysBelow(prefix);
    const late: Fate = { kind: 'wait', until: new Promise(resolve => setTimeout(resolve, 1_500)) };
    let copies = 0;
    faults.rules.set(prefix, seen =>
      isCopy(seen) ? (copies++ === 0 ? answer(403, 'AccessDenied', 'no s3:GetObject') : late) : null
    );
    expect(await append(prefix)).toMatchObject({ state: 'failed', error: { code: 'bucket-denied' } });
    expect(copies).toBe(8);
    await new Promise(resolve => setTimeout(resolve, 2_000));
    expect(await faults.world.keysBelow(prefix)).toEqual(before);
  });

  test('begins again when the version that it copies is deleted by one that came between', async () => {
    const prefix = 'appended/overtaken';
    await base(prefix);
    const overtaken = async () => {
      const exports = await faults.world.exports(orders(7));
      const retain = { versions: 1, days: null };
      expect(await faults.world.export(exports, prefix, { partitionBy, retain })).toMatchObject({
        state: 'done',
        warnings: []
      });
    };
    let until: Promise<void> | null = null;
    faults.rules.set(prefix, seen =>
      isCopy(seen) ? { kind: 'wait', until: (until ??= overtaken()) } : null
    );
    expect(await append(prefix)).toMatchObject({ state: 'done', error: null });
    expect((await faults.world.manifest(prefix, 3)).rows).toBe(12);
  });
});

test('what a version has left goes with uploads that no journal names, and nothing of the version beside', async () => {
  const { client } = faults.world.s3;
  await put('left/v=1-a/part-00000.parquet', 'rows');
  await put('left/v=1-ab/part-00000.parquet', 'rows of another');
  for (const Key of ['left/v=1-a/part-00001.parquet', 'left/v=1-ab/part-00001.parquet']) {
    await client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
  }
  await removeDebt(client, { kind: 'version', bucket: BUCKET, key: 'left', id: '1-a' });
  await faults.expectNothing('left/v=1-a/');
  expect(await faults.world.keysBelow('left')).toEqual(['left/v=1-ab/part-00000.parquet']);
  expect(await faults.uploadsAt('left/v=1-ab/')).toBe(1);
});

test('a version that a manifest of a later format might name is left alone, and owed', async () => {
  const { client } = faults.world.s3;
  await put('later/_manifests/0000000001.json', '{"formatVersion": 2}');
  await put('later/v=1-a/part-00000.parquet', 'rows');
  const debt = { kind: 'version', bucket: BUCKET, key: 'later', id: '1-a' } as const;
  await expect(removeDebt(client, debt)).rejects.toThrow('cannot be read might name 1-a');
  expect(await faults.world.keysBelow('later')).toHaveLength(2);
});

test('a column whose directories readers would pass by is refused', async () => {
  for (const name of ['_kind', '.kind']) {
    const source = new ArrowSource(batchOf({ id: [new Int32(), [1]], [name]: [new Utf8(), ['a']] }).schema, [
      batchOf({ id: [new Int32(), [1]], [name]: [new Utf8(), ['a']] })
    ]);
    const status = await exported('hidden', source, { partitionBy: [{ column: name, part: null }] });
    expect(status).toMatchObject({ state: 'failed', error: { code: 'bad-request', subject: name } });
  }
  await faults.expectNothing('hidden');
});

test('a value too long for a key and more than 10,000 partitions are told, and leave nothing', async () => {
  const partitionBy = [{ column: 'kind', part: null }] as const;
  const of = (kinds: string[]) => {
    const batch = batchOf({ id: [new Int32(), kinds.map((_, id) => id)], kind: [new Utf8(), kinds] });
    return new ArrowSource(batch.schema, [batch]);
  };
  expect(await exported('long', of(['short', 'ü'.repeat(500)]), { partitionBy })).toMatchObject({
    state: 'failed',
    error: { code: 'bad-request', message: expect.stringContaining('S3 takes keys of 1024 bytes') }
  });
  await faults.expectNothing('long');
  const many = Array.from({ length: 10_001 }, (_, kind) => `k${kind}`);
  expect(await exported('many', of(many), { partitionBy })).toMatchObject({
    state: 'failed',
    error: { code: 'bad-request', message: expect.stringContaining('more than 10,000 partitions') }
  });
  await faults.expectNothing('many');
});

test('hundreds of partitions in no order are written by a few open files, and each has its rows', async () => {
  const partitionBy = [{ column: 'kind', part: null }] as const;
  const batches = Array.from({ length: 4 }, (_, batch) => {
    const rows = Array.from({ length: 3_000 }, (_, row) => batch * 3_000 + row);
    return batchOf({
      id: [new Int32(), rows],
      kind: [new Utf8(), rows.map(row => `k${(row * 7919) % 300}`)]
    });
  });
  const source = new ArrowSource(batches[0]!.schema, batches);
  const open = new OpenFiles();
  const exports = await faults.world.exports(
    source,
    {},
    { format: open.over(parquet(faults.world.encoders)) }
  );
  const status = await faults.world.export(exports, 'scattered', { partitionBy });
  expect(status).toMatchObject({ state: 'done', error: null });
  // 32 that are written, and 8 that are being completed.
  expect([open.most > 8, open.most <= 40, open.now]).toEqual([true, true, 0]);
  const { files, rows } = await faults.world.manifest('scattered', 1);
  const byKind = new Map<string, number>();
  files.forEach(file => byKind.set(file.partition[0]!, (byKind.get(file.partition[0]!) ?? 0) + file.rows));
  expect([rows, byKind.size, new Set(byKind.values())]).toEqual([12_000, 300, new Set([40])]);
});
