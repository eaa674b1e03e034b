import { releaseMemory } from '../../src/gateway/release-memory';

test('a released buffer is empty, and so are its views', () => {
  const buffer = new ArrayBuffer(1000);
  const view = new Uint8Array(buffer, 10, 20);
  releaseMemory(buffer);
  expect([buffer.byteLength, view.length]).toEqual([0, 0]);
});

test('its memory is there for others at once, without a collection of garbage', async () => {
  const held = () => process.memoryUsage().arrayBuffers;
  const before = held();
  let most = 0;
  for (let round = 0; round < 50; round++) {
    const buffer = new ArrayBuffer(2 ** 23);
    most = Math.max(most, held() - before);
    releaseMemory(buffer);
    // As between two row groups.
    await new Promise(resolve => setImmediate(resolve));
  }
  expect(most).toBeLessThan(4 * 2 ** 23);
});
