import { Field, Int32, RecordBatch, Schema, Struct, Table, makeData } from 'apache-arrow';
import { ArrowFile } from '../../../src/gateway/arrow/arrow-file';
import { judgeArrow } from '../../support/format-judge';
import { ArrowSource } from '../parquet/arrow-source';

const schema = new Schema([new Field('id', new Int32(), true, new Map([['pg:type', 'integer']]))]);

function ids(from: number, count: number): RecordBatch {
  const data = Int32Array.from({ length: count }, (_, n) => from + n);
  const children = [makeData({ type: new Int32(), data })];
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: count, nullCount: 0, children })
  );
}

async function write(batches: readonly RecordBatch[]) {
  const source = new ArrowSource(schema, batches);
  const file = new ArrowFile(await source.schema());
  const pieces: Uint8Array[] = [];
  for await (const batch of source.batches(new AbortController().signal)) {
    pieces.push(...(await file.add(batch)));
  }
  pieces.push(...(await file.finish()));
  return { file, bytes: Buffer.concat(pieces) };
}

test('every batch is found from the footer, by pyarrow, pandas and polars', async () => {
  const { file, bytes } = await write([ids(0, 5), ids(5, 1000), ids(1005, 3)]);
  const judged = await judgeArrow(bytes);
  expect(judged).toMatchObject({
    batches: [5, 1000, 3],
    types: { id: 'int32' },
    pgTypes: { id: 'integer' },
    pandas: 1008
  });
  expect(judged.pyarrow).toEqual(Array.from({ length: 1008 }, (_, n) => ({ id: String(n) })));
  expect(judged.polars).toEqual(judged.pyarrow);
  expect(file).toMatchObject({ rows: 1008, rowsWritten: 1008, bytes: bytes.length });
});

test('a result without rows is a file with its schema', async () => {
  const judged = await judgeArrow((await write([])).bytes);
  expect(judged).toMatchObject({ batches: [], types: { id: 'int32' }, pyarrow: [] });
});

test('what is lent may change once it was added', async () => {
  const source = ArrowSource.of(new Table([ids(7, 2)]));
  const file = new ArrowFile(await source.schema());
  const pieces: Uint8Array[] = [];
  for await (const { message, rows } of source.batches(new AbortController().signal)) {
    pieces.push(...(await file.add({ message, rows })));
    message.fill(0);
  }
  pieces.push(...(await file.finish()));
  expect((await judgeArrow(Buffer.concat(pieces))).pyarrow).toEqual([{ id: '7' }, { id: '8' }]);
});
