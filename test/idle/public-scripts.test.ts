import { judge } from '../../src/idle/policy';
import { at, NOW, signals, withGateway, withKernel, withMachine, withTerminal, work } from './given';

/** What users report of public auto-stop scripts, fault by fault. */
describe('faults of public auto-stop scripts', () => {
  test('terminals ignored', () => {
    expect(judge(withTerminal(at(-1))).kind).toBe('counting');
    expect(judge(withMachine({ jobs: [{ command: 'python train.py', startedAt: at(-240) }] })).kind).toBe(
      'held'
    );
  });

  test('only sessions looked at, not kernels', () => {
    // A kernel without a notebook has no session; the policy is told of kernels.
    expect(judge(withKernel({ name: 'python3', state: 'busy', connections: 0 })).kind).toBe('held');
  });

  test.each(['starting', 'restarting', 'unknown', 'dead', ''])(
    'a kernel stuck in “%s” never stops',
    state => {
      expect(judge(withKernel({ state, lastActivityAt: at(-121) })).kind).toBe('stop');
      expect(judge(withKernel({ state, lastActivityAt: null })).kind).toBe('stop');
    }
  );

  test('a kernel stuck in “busy” never stops', () => {
    const told = withKernel({ state: 'busy', lastActivityAt: at(-841) }, { bootedAt: at(-900) });
    expect(judge(told).kind).toBe('stop');
    expect(judge(told).notices.join()).toContain('counts as stuck');
  });

  test('local time without a zone compared with UTC', () => {
    const before = process.env.TZ;
    try {
      const left = ['UTC', 'America/Los_Angeles', 'Asia/Kolkata'].map(zone => {
        process.env.TZ = zone;
        return judge(withKernel({ lastActivityAt: '2026-11-22T11:30:00' })).stopsAtMs - NOW;
      });
      expect(left).toEqual([90 * 60_000, 90 * 60_000, 90 * 60_000]);
    } finally {
      process.env.TZ = before;
    }
  });

  test.each(['2026-11-22T11:30:00Z', '2026-11-22T11:30:00.000000Z', '2026-11-22T12:30:00+01:00'])(
    'a time on a whole second cannot be read: %s',
    lastActivityAt => {
      expect(judge(withKernel({ lastActivityAt })).stopsAtMs).toBe(NOW + 90 * 60_000);
    }
  );

  test('no kernel ever opened, so it never stops', () => {
    expect(judge(signals({ bootedAt: at(-120) })).kind).toBe('stop');
  });

  test('the script comes from the internet at the start', () => {
    // The policy needs neither a network nor an answer of anybody to come to a verdict.
    const away = { kind: 'unreachable', since: at(-121) } as const;
    expect(judge(signals({ jupyter: away, gateway: away, machine: null })).kind).toBe('stop');
  });

  test('work outside kernels is unknown', () => {
    expect(judge(withGateway({ queries: [work('q')] })).kind).toBe('held');
    expect(judge(withGateway({ exports: [work('e')] })).kind).toBe('held');
    expect(judge(withMachine({ cpuPercent: 95 })).kind).toBe('held');
  });

  test('no warning', () => {
    expect(judge(signals({ bootedAt: at(-105) })).warningsDue).toEqual([15]);
    expect(judge(signals({ bootedAt: at(-115) })).warningsDue).toEqual([15, 5]);
  });

  test('no reason shown', () => {
    expect(judge(signals({ bootedAt: at(-240) })).lastActivity).toBe('the start of the instance');
    expect(judge(withKernel({ state: 'busy' })).holds[0]?.words).toBe('kernel “features.ipynb” is busy');
  });

  test('no dry run', () => {
    // To ask is to change nothing: the same signals, frozen, give the same verdict again.
    const told = Object.freeze(signals());
    expect(judge(told)).toEqual(judge(told));
  });
});
