import type { Data } from 'apache-arrow';
import type { ColumnBuilder } from '../../../src/gateway/columns/column-builder';
import { BoolColumn, Int64Column } from '../../../src/gateway/columns/fixed-width';
import { ListColumn } from '../../../src/gateway/columns/list';
import { BinaryColumn } from '../../../src/gateway/columns/variable-width';
import { run } from './cells';

function bigint(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

function array(...elements: readonly bigint[]): Buffer {
  const header = Buffer.alloc(20);
  header.writeInt32BE(1, 0);
  header.writeInt32BE(20, 8);
  header.writeInt32BE(elements.length, 12);
  header.writeInt32BE(1, 16);
  const length = Buffer.from([0, 0, 0, 8]);
  return Buffer.concat([header, ...elements.flatMap(element => [length, bigint(element)])]);
}

function batch(builder: ColumnBuilder, values: readonly (Buffer | null)[]): Data {
  builder.append(run(values), 0);
  return builder.finish();
}

describe('the memory of a batch that has been written', () => {
  it('holds the next batch that needs as much', () => {
    const builder = new Int64Column();
    const first = batch(builder, [bigint(1n), bigint(2n)]);
    const second = batch(builder, [bigint(3n)]);
    expect(second.values.buffer).not.toBe(first.values.buffer);
    builder.reuse(first);
    expect(batch(new Int64Column(), [bigint(4n)]).values.buffer).toBe(first.values.buffer);
  });

  it('is not touched before that', () => {
    const builder = new BinaryColumn();
    const first = batch(builder, [Buffer.from('kept')]);
    batch(builder, [Buffer.from('next')]);
    batch(builder, [Buffer.from('more')]);
    expect(Buffer.from(first.values).toString()).toBe('kept');
  });

  it('shows nothing of its rows where the next ones are NULL', () => {
    const builder = new Int64Column();
    builder.reuse(batch(builder, [bigint(-1n), bigint(-1n)]));
    batch(builder, []);
    const data = batch(builder, [null, bigint(7n)]);
    expect([...data.values]).toEqual([0n, 7n]);
    expect(data.nullCount).toBe(1);
  });

  it('serves every family of builders', () => {
    const text = new BinaryColumn();
    const flags = new BoolColumn();
    const lists = new ListColumn(new Int64Column());
    for (let turn = 0; turn < 4; turn++) {
      const words = batch(text, [Buffer.from(`turn ${turn}`), null, Buffer.from('x'.repeat(3 * turn))]);
      expect([...words.valueOffsets]).toEqual([0, 6, 6, 6 + 3 * turn]);
      text.reuse(words);
      const bits = batch(flags, [Buffer.from([turn & 1]), Buffer.from([1])]);
      expect([...bits.values]).toEqual([2 | (turn & 1)]);
      flags.reuse(bits);
      const numbers = batch(lists, [array(1n, BigInt(turn)), null, array(9n)]);
      expect([...numbers.valueOffsets]).toEqual([0, 2, 2, 3]);
      expect([...numbers.children[0]!.values]).toEqual([1n, BigInt(turn), 9n]);
      lists.reuse(numbers);
    }
  });

  it('is given up when one huge value has made it large', () => {
    const builder = new BinaryColumn();
    const huge = batch(builder, [Buffer.alloc(20 * 2 ** 20)]);
    builder.reuse(huge);
    batch(builder, [Buffer.from('a')]);
    expect(batch(builder, [Buffer.from('b')]).values.buffer).not.toBe(huge.values.buffer);
  });
});
