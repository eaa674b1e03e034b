import { judge, type IdleVerdict } from '../../../src/idle/policy';
import { IdleWatch } from '../../../src/lab/idle-timer/idle-watch';
import { signals } from '../../idle/given';

let looks: number;
let verdict: IdleVerdict | null;
let watch: IdleWatch;

beforeEach(() => {
  jest.useFakeTimers();
  looks = 0;
  verdict = null;
  const model = {
    get verdict() {
      return verdict;
    },
    refresh: async () => {
      looks += 1;
    }
  };
  watch = new IdleWatch(model);
});

afterEach(() => {
  watch.dispose();
  jest.useRealTimers();
  jest.restoreAllMocks();
});

test('it looks once a minute', () => {
  jest.advanceTimersByTime(180_000);
  expect(looks).toBe(3);
});

test('it looks more often once a warning is due', () => {
  verdict = judge(signals());
  jest.advanceTimersByTime(30_000);
  expect(looks).toBe(3);
});

test('it looks at once when the laptop is open again or the network is back', () => {
  document.dispatchEvent(new Event('visibilitychange'));
  window.dispatchEvent(new Event('online'));
  expect(looks).toBe(2);
});

test('a page that nobody sees waits for its turn', () => {
  jest.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  document.dispatchEvent(new Event('visibilitychange'));
  expect(looks).toBe(0);
});

test('nothing is looked at after the end', () => {
  watch.dispose();
  window.dispatchEvent(new Event('online'));
  jest.advanceTimersByTime(180_000);
  expect(looks).toBe(0);
});
