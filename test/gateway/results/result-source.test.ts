import type { Result } from '../../../src/gateway/results/result';
import { resultSource } from '../../../src/gateway/results/result-source';

test('whoever gives rows up a second time waits for the end of the statement as the first does', async () => {
  const result = { readers: 0 };
  let end = () => {};
  const release = jest.fn(() => new Promise<void>(resolve => (end = resolve)));
  const source = resultSource(result as Result, release);
  const seen: string[] = [];
  const both = ['first', 'second'].map(name => source.release().then(() => seen.push(name)));
  await new Promise(resolve => setImmediate(resolve));
  expect([seen, result.readers]).toEqual([[], 0]);
  end();
  await Promise.all(both);
  expect(seen).toEqual(['first', 'second']);
  expect(release).toHaveBeenCalledTimes(1);
});
