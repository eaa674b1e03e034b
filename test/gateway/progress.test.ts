import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Progress } from '../../src/gateway/progress';

class Work extends Progress<{ readonly state: string; readonly rows: number }> {
  private rows = 0;

  status() {
    return { state: 'running', rows: this.rows };
  }

  grow(): void {
    this.rows++;
    this.changed();
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

it('tells a change however often memory is cleaned up meanwhile', async () => {
  const work = new Work();
  const leave = new AbortController();
  const told: number[] = [];
  const following = (async () => {
    for await (const { rows } of work.follow(leave.signal)) {
      told.push(rows);
    }
  })();
  const cleaning = setInterval(collectGarbage, 5);
  for (let change = 1; change <= 5; change++) {
    work.grow();
    await new Promise(resolve => setTimeout(resolve, 250));
  }
  clearInterval(cleaning);
  leave.abort();
  await following;
  expect(told.at(-1)).toBe(5);
});

describe('a follower', () => {
  afterEach(() => jest.useRealTimers());

  it('is told at once of a change after a pause, and of more of them together', async () => {
    jest.useFakeTimers();
    const work = new Work();
    const leave = new AbortController();
    const told: number[] = [];
    const following = (async () => {
      for await (const { rows } of work.follow(leave.signal)) told.push(rows);
    })();
    await jest.advanceTimersByTimeAsync(1_000);
    work.grow();
    await jest.advanceTimersByTimeAsync(0);
    expect(told).toEqual([0, 1]);
    work.grow();
    work.grow();
    await jest.advanceTimersByTimeAsync(50);
    expect(told).toEqual([0, 1]);
    await jest.advanceTimersByTimeAsync(50);
    expect(told).toEqual([0, 1, 3]);
    leave.abort();
    await following;
  });
});
