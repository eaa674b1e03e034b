import fc from 'fast-check';
import { judge } from '../../src/idle/policy';
import { type IdleSignals } from '../../src/idle/signals';

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);

const time = fc
  .integer({ min: -3 * 1_440, max: 1_440 })
  .map(minutes => new Date(NOW + 60_000 * minutes).toISOString());
const maybeTime = fc.option(time);
const state = fc.constantFrom('idle', 'busy', 'starting', 'restarting', 'dead', 'unknown');
const kernel = fc.record({ name: fc.string(), state, lastActivityAt: maybeTime });
const terminal = fc.record({ name: fc.string(), lastActivityAt: maybeTime });
const work = fc.record({ label: fc.string(), rows: fc.nat() });

const reachableJupyter = fc.record({
  kind: fc.constant('reachable' as const),
  kernels: fc.array(kernel, { maxLength: 3 }),
  terminals: fc.array(terminal, { maxLength: 3 })
});
const reachableGateway = fc.record({
  kind: fc.constant('reachable' as const),
  queries: fc.array(work, { maxLength: 2 }),
  exports: fc.array(work, { maxLength: 2 }),
  lastWorkAt: maybeTime,
  lastInputAt: maybeTime
});
const unreachable = fc.record({ kind: fc.constant('unreachable' as const), since: maybeTime });

const rest = {
  nowMs: fc.constant(NOW),
  bootedAt: maybeTime,
  keepAwakeUntil: maybeTime,
  timeoutMinutes: fc.integer({ min: 1, max: 600 }),
  maxBusyHours: fc.integer({ min: 1, max: 48 }),
  warnAtMinutes: fc.constant([15, 5])
};
const reachable = fc.record({ ...rest, jupyter: reachableJupyter, gateway: reachableGateway });
const anySignals: fc.Arbitrary<IdleSignals> = fc.record({
  ...rest,
  jupyter: fc.oneof(reachableJupyter, unreachable),
  gateway: fc.oneof(reachableGateway, unreachable)
});

test('more activity never stops an instance earlier', () => {
  const more = fc.record({
    kernels: fc.array(kernel, { maxLength: 2 }),
    terminals: fc.array(terminal, { maxLength: 2 }),
    queries: fc.array(work, { maxLength: 1 }),
    exports: fc.array(work, { maxLength: 1 })
  });
  fc.assert(
    fc.property(reachable, more, (signals, added) => {
      const { jupyter, gateway } = signals;
      const busier: IdleSignals = {
        ...signals,
        jupyter: {
          ...jupyter,
          kernels: [...jupyter.kernels, ...added.kernels],
          terminals: [...jupyter.terminals, ...added.terminals]
        },
        gateway: {
          ...gateway,
          queries: [...gateway.queries, ...added.queries],
          exports: [...gateway.exports, ...added.exports]
        }
      };
      // Without any sign the countdown starts at this check, and any sign is better than none.
      fc.pre(signals.bootedAt !== null);
      expect(judge(busier).stopsAtMs).toBeGreaterThanOrEqual(judge(signals).stopsAtMs);
    })
  );
});

test('later input never stops an instance earlier', () => {
  fc.assert(
    fc.property(reachable, time, time, (signals, one, other) => {
      const [earlier, later] = [one, other].sort();
      const told = (lastInputAt: string | undefined) =>
        judge({ ...signals, gateway: { ...signals.gateway, lastInputAt: lastInputAt ?? null } }).stopsAtMs;
      expect(told(later)).toBeGreaterThanOrEqual(told(earlier));
    })
  );
});

test('a later keep-awake and a longer timeout never stop an instance earlier', () => {
  fc.assert(
    fc.property(anySignals, time, fc.nat(600), (signals, keepAwakeUntil, minutes) => {
      const { stopsAtMs } = judge(signals);
      const longer = { ...signals, timeoutMinutes: signals.timeoutMinutes + minutes };
      expect(judge(longer).stopsAtMs).toBeGreaterThanOrEqual(stopsAtMs);
      const { stopsAtMs: withoutKeeping } = judge({ ...signals, keepAwakeUntil: null });
      expect(judge({ ...signals, keepAwakeUntil }).stopsAtMs).toBeGreaterThanOrEqual(withoutKeeping);
    })
  );
});

test('the parts of a verdict agree', () => {
  fc.assert(
    fc.property(anySignals, signals => {
      const { kind, holds, stopsAtMs, idleSinceMs, lastActivity } = judge(signals);
      expect(idleSinceMs).toBeLessThanOrEqual(NOW);
      expect(holds.length > 0).toBe(kind === 'held');
      expect(stopsAtMs).toBeGreaterThanOrEqual(idleSinceMs + 60_000 * signals.timeoutMinutes);
      expect(stopsAtMs > NOW).toBe(kind !== 'stop');
      expect(lastActivity).not.toBe('');
    })
  );
});

test('an instance that is left alone stops at last', () => {
  fc.assert(
    fc.property(reachable, signals => {
      fc.pre(signals.bootedAt !== null);
      const { jupyter, gateway } = signals;
      const alone = { ...signals, jupyter, gateway: { ...gateway, queries: [], exports: [] } };
      const days = 30 * 86_400_000;
      expect(judge({ ...alone, nowMs: NOW + days }).kind).toBe('stop');
    })
  );
});

test('no text of any source makes the policy fail', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (bootedAt, keepAwakeUntil, lastActivityAt) => {
      const kernels = [{ name: bootedAt, state: keepAwakeUntil, lastActivityAt }];
      const verdict = judge({
        nowMs: NOW,
        bootedAt,
        keepAwakeUntil,
        jupyter: { kind: 'reachable', kernels, terminals: [] },
        gateway: { kind: 'unreachable', since: lastActivityAt },
        timeoutMinutes: 120,
        maxBusyHours: 12,
        warnAtMinutes: []
      });
      expect(Number.isFinite(verdict.stopsAtMs)).toBe(true);
    })
  );
});
