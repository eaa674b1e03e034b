import { BatchMemory } from '../../../src/gateway/columns/batch-memory';

const MB = 2 ** 20;

describe('the memory of batches', () => {
  it('comes back to whoever needs as much', () => {
    const memory = new BatchMemory();
    const buffer = memory.take(3000);
    expect(buffer.byteLength).toBe(4096);
    memory.give(buffer);
    expect(memory.take(5000)).not.toBe(buffer);
    expect(memory.take(2049)).toBe(buffer);
    expect(memory.take(2049)).not.toBe(buffer);
  });

  it('is kept up to 32 MB, and in no piece beyond 16 MB', () => {
    const memory = new BatchMemory();
    const [huge, ...large] = [32, 8, 8, 8, 8, 8].map(size => memory.take(size * MB));
    [huge!, ...large].forEach(buffer => memory.give(buffer));
    expect(memory.take(32 * MB)).not.toBe(huge);
    const again = large.map(() => memory.take(8 * MB));
    expect(again.filter(buffer => large.includes(buffer))).toHaveLength(4);
  });

  it('does not take what it has not given', () => {
    const memory = new BatchMemory();
    memory.give(new ArrayBuffer(3000));
    memory.give(new ArrayBuffer(8));
    expect([memory.take(0), memory.take(3000)].map(({ byteLength }) => byteLength)).toEqual([1024, 4096]);
  });
});
