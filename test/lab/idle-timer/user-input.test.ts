import { UserInput } from '../../../src/lab/idle-timer/user-input';

let now: number;
let reports: number;
let fails: boolean;
let input: UserInput;

function watch(isPersons: (event: Event) => boolean): void {
  now = 0;
  reports = 0;
  fails = false;
  input = new UserInput({
    target: document,
    now: () => now,
    isPersons,
    report: async () => {
      reports += 1;
      if (fails) {
        throw new Error('offline');
      }
    }
  });
}

beforeEach(() => watch(() => true));
afterEach(() => input.dispose());

const use = (kind: string) => document.body.dispatchEvent(new Event(kind, { bubbles: true }));

test.each(['keydown', 'pointerdown', 'wheel'])('%s is use', kind => {
  use(kind);
  expect(reports).toBe(1);
});

test.each(['mousemove', 'scroll', 'focus'])('%s is no use', kind => {
  use(kind);
  expect(reports).toBe(0);
});

test('use is reported once a minute at most', () => {
  for (now = 0; now < 180_000; now += 500) {
    use('keydown');
  }
  expect(reports).toBe(3);
});

test('a clock that was set back keeps no use from being told', () => {
  now = 10_000_000;
  use('keydown');
  now = 1_000;
  use('keydown');
  expect(reports).toBe(2);
});

test('what a script does is no use', () => {
  input.dispose();
  watch(event => event.isTrusted);
  use('keydown');
  expect(reports).toBe(0);
});

test('a report that failed is made up for by the next use', async () => {
  fails = true;
  use('keydown');
  await Promise.resolve();
  await Promise.resolve();
  use('keydown');
  expect(reports).toBe(2);
});

test('use that nothing lets through still counts', () => {
  document.body.addEventListener('keydown', event => event.stopImmediatePropagation(), { once: true });
  use('keydown');
  expect(reports).toBe(1);
});

test('nothing is noticed after the end', () => {
  input.dispose();
  use('keydown');
  expect(reports).toBe(0);
});
