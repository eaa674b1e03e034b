import fc from 'fast-check';
import { judge } from '../../src/idle/policy';
import { type IdleSignals } from '../../src/idle/signals';

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);

const time = fc
  .integer({ min: -3 * 1_440, max: 1_440 })
  .map(minutes => new Date(NOW + 60_000 * minutes).toISOString());
const pastTime = fc
  .integer({ min: 0, max: 3 * 1_440 })
  .map(minutes => new Date(NOW - 60_000 * minutes).toISOString());
const maybeTime = fc.option(time);
const state = fc.constantFrom('idle', 'busy', 'starting', 'restarting', 'dead', 'unknown');
const connections = fc.option(fc.nat(3));
const kernel = fc.record({ name: fc.string(), state, lastActivityAt: maybeTime, connections });
const terminal = fc.record({ name: fc.string(), lastActivityAt: maybeTime });
const work = fc.record({ label: fc.string(), rows: fc.nat(), startedAt: maybeTime, progressAt: maybeTime });
const job = fc.record({ command: fc.string(), startedAt: maybeTime });
const machine = fc.record({
  jobs: fc.array(job, { maxLength: 2 }),
  cpuPercent: fc.option(fc.integer({ min: 0, max: 400 })),
  cpuActiveAt: maybeTime,
  workSeenAt: maybeTime,
  clockSetAt: maybeTime,
  postponed: fc.option(fc.record({ until: time, why: fc.string() }))
});
const keepAwake = fc.record({ until: fc.oneof(time, fc.constant('work-ends')), askedAt: maybeTime });

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
  machine: fc.option(machine),
  keepAwake: fc.option(keepAwake),
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
    exports: fc.array(work, { maxLength: 1 }),
    jobs: fc.array(job, { maxLength: 1 })
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
        },
        machine: signals.machine && { ...signals.machine, jobs: [...signals.machine.jobs, ...added.jobs] }
      };
      // Without any sign the countdown starts at this check, and any sign is better than none.
      fc.pre(signals.bootedAt !== null);
      expect(judge(busier).stopsAtMs).toBeGreaterThanOrEqual(judge(signals).stopsAtMs);
    })
  );
});

test('later input never stops an instance earlier', () => {
  fc.assert(
    fc.property(reachable, pastTime, pastTime, (signals, one, other) => {
      const [earlier, later] = [one, other].sort();
      const told = (lastInputAt: string | undefined) =>
        judge({ ...signals, gateway: { ...signals.gateway, lastInputAt: lastInputAt ?? null } }).stopsAtMs;
      expect(told(later)).toBeGreaterThanOrEqual(told(earlier));
    })
  );
});

test('a wish to stay on and a longer timeout never stop an instance earlier', () => {
  fc.assert(
    fc.property(anySignals, keepAwake, fc.nat(600), (signals, wish, minutes) => {
      const { stopsAtMs } = judge(signals);
      const longer = { ...signals, timeoutMinutes: signals.timeoutMinutes + minutes };
      expect(judge(longer).stopsAtMs).toBeGreaterThanOrEqual(stopsAtMs);
      const { stopsAtMs: withoutWish } = judge({ ...signals, keepAwake: null });
      expect(judge({ ...signals, keepAwake: wish }).stopsAtMs).toBeGreaterThanOrEqual(withoutWish);
    })
  );
});

test('the parts of a verdict agree, and nothing stops while something holds', () => {
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

/** What was, told again later: nothing has happened since, and nothing that runs has moved. */
const laterBy = (signals: IdleSignals, minutes: number): IdleSignals => ({
  ...signals,
  nowMs: signals.nowMs + 60_000 * minutes
});

test('without events a verdict only goes from held by way of counting to stop', () => {
  const order = { held: 0, counting: 1, stop: 2 };
  fc.assert(
    fc.property(anySignals, fc.nat(6_000), fc.nat(6_000), (signals, some, more) => {
      // A time ahead of the clock means now until the clock gets there, which is an event of its own.
      const settled = laterBy(signals, 2 * 1_440);
      fc.pre(signals.bootedAt !== null && hasAge(signals));
      const [earlier, later] = [laterBy(settled, some), laterBy(settled, some + more)].map(judge);
      expect(order[later!.kind]).toBeGreaterThanOrEqual(order[earlier!.kind]);
    })
  );
});

test('left alone, an instance stops within the timeout and the longest silence after its last event', () => {
  fc.assert(
    fc.property(anySignals, signals => {
      fc.pre(signals.bootedAt !== null && hasAge(signals));
      // The last event that can be told lies a day ahead; a wish lasts for three days at most.
      const settled = laterBy(signals, 1_440);
      const lastEvent = settled.keepAwake ? 4_320 + 1_440 : 0;
      const alone = laterBy(settled, lastEvent + 60 * signals.maxBusyHours + signals.timeoutMinutes);
      expect(judge(alone).kind).toBe('stop');
    })
  );
});

test('the warnings come before the stop, and the larger one first', () => {
  fc.assert(
    fc.property(anySignals, signals => {
      const { stopsAtMs, warningsDue } = judge(signals);
      const fitting = signals.warnAtMinutes.filter(minutes => minutes < signals.timeoutMinutes);
      expect(warningsDue).toEqual(fitting.filter(minutes => stopsAtMs - NOW <= 60_000 * minutes));
    })
  );
});

test('the spelling of a zone changes nothing', () => {
  fc.assert(
    fc.property(anySignals, fc.integer({ min: -14 * 60, max: 14 * 60 }), (signals, offsetMinutes) => {
      const respelled = JSON.parse(JSON.stringify(signals), (_key, value) =>
        typeof value === 'string' && /^\d{4}-\d\d-.*Z$/.test(value) ? inZone(value, offsetMinutes) : value
      );
      expect(judge(respelled)).toEqual(judge(signals));
    })
  );
});

/** Whether every silent source has been heard at some time: one that never was counts as heard just now. */
const hasAge = ({ jupyter, gateway }: IdleSignals): boolean =>
  (jupyter.kind === 'reachable' || jupyter.since !== null) &&
  (gateway.kind === 'reachable' || gateway.since !== null);

function inZone(time: string, offsetMinutes: number): string {
  const digits = (value: number) => String(value).padStart(2, '0');
  const distance = Math.abs(offsetMinutes);
  const local = new Date(Date.parse(time) + 60_000 * offsetMinutes).toISOString().slice(0, -1);
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${digits(Math.floor(distance / 60))}:${digits(distance % 60)}`;
}

test('no text of any source makes the policy fail', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (bootedAt, until, lastActivityAt) => {
      const kernels = [{ name: bootedAt, state: until, lastActivityAt, connections: null }];
      const verdict = judge({
        nowMs: NOW,
        bootedAt,
        keepAwake: { until, askedAt: bootedAt },
        machine: {
          jobs: [{ command: until, startedAt: bootedAt }],
          cpuPercent: Number.NaN,
          cpuActiveAt: until,
          workSeenAt: until,
          clockSetAt: until,
          postponed: { until, why: until }
        },
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
