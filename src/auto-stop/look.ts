import { type Machine } from '../contract/auto-stop';
import { BUSY_CPU_PERCENT } from '../idle/evidence';
import { type IdleSignals } from '../idle/signals';
import { parseTimestamp } from '../idle/timestamp';
import { type Config } from './config';
import { gatewaySockets } from './gateway';
import { type Host, type Meters, percent } from './host';
import { runningServers } from './jupyter';
import { type AutoStopMemory, type Memory } from './memory';
import { hearGateways, hearJupyter } from './sources';
import { cpuCounters, cpuPercent, jobsOf, programsOf } from './user-programs';

export interface Surroundings {
  readonly config: Config;
  readonly host: Host;
  readonly files: AutoStopMemory;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Everything one look shows, and what the next one will have to know. */
export interface Look {
  readonly signals: IdleSignals;
  readonly sockets: readonly string[];
  readonly uptimeMs: number;
  readonly meters: Meters;
  /** Of all processors since the check before; null at the first. */
  readonly machineCpuPercent: number | null;
  readonly memory: Memory;
  readonly machine: Machine;
  /** The check before; null for the first since the machine's start. */
  readonly before: Memory | null;
}

/** Wall clock and uptime that drift apart by more than this between two checks: the clock was set. */
const CLOCK_STEP_MS = 5 * 60_000;
/** The status bar adds up a week. */
const RUNS_KEPT_MS = 9 * 86_400_000;

/** Looks at Jupyter, the gateways and the machine. Changes nothing. */
export async function lookAround({ config, host, files, now }: Surroundings): Promise<Look> {
  const [remembered, known, keepAwake, bootId, uptimeMs, processes, servers, meters] = await Promise.all([
    files.memory(),
    files.machine(),
    files.keepAwake(),
    host.bootId(),
    host.uptimeMs(),
    host.processes(),
    runningServers(config.runtimeDirectory),
    host.meters(config.directory)
  ]);
  const nowMs = now();
  const at = (ms: number) => new Date(ms).toISOString();
  const bootedAtMs = nowMs - uptimeMs;
  const before = remembered?.bootId === bootId ? remembered : null;
  const sockets = config.socketPath ? [config.socketPath] : await gatewaySockets(processes, host.uid);
  const [jupyter, gateway] = await Promise.all([
    hearJupyter(servers, before?.jupyterSeenAt ?? at(bootedAtMs)),
    hearGateways(sockets, before?.gatewaySeenAt ?? at(bootedAtMs))
  ]);
  const programs = programsOf(
    processes,
    host.uid,
    servers.map(({ pid }) => pid)
  );
  const counters = cpuCounters(programs);
  const percentBusy = before && cpuPercent(countersOf(before), counters, uptimeMs - before.uptimeMs);
  const machine: Machine = {
    checkedAt: at(nowMs),
    instanceType: before && known ? known.instanceType : null,
    jobs: jobsOf(programs, bootedAtMs),
    cpuPercent: percentBusy,
    cpuActiveAt: (percentBusy ?? 0) >= BUSY_CPU_PERCENT ? at(nowMs) : (known?.cpuActiveAt ?? null),
    workSeenAt: known?.workSeenAt ?? null,
    clockSetAt: before && isClockSet(before, nowMs, uptimeMs) ? at(nowMs) : (known?.clockSetAt ?? null),
    postponed: before && known ? known.postponed : null,
    runs: runsOf(known?.runs ?? [], before !== null, bootedAtMs, nowMs)
  };
  const { busy, all } = meters.machineTicks;
  return {
    signals: {
      nowMs,
      bootedAt: at(bootedAtMs),
      jupyter: jupyter.signal,
      gateway: gateway.signal,
      machine,
      keepAwake,
      timeoutMinutes: config.idleTimeoutMinutes,
      maxBusyHours: config.maxBusyHours,
      warnAtMinutes: config.warnAtMinutes
    },
    sockets,
    uptimeMs,
    meters,
    machineCpuPercent: before && percent(busy - before.machineTicks.busy, all - before.machineTicks.all),
    memory: {
      checkedAt: at(nowMs),
      bootId,
      uptimeMs,
      cpu: Object.entries(counters).map(([process, ticks]) => ({ process, ticks })),
      machineTicks: meters.machineTicks,
      jupyterSeenAt: jupyter.isWhole ? at(nowMs) : (before?.jupyterSeenAt ?? null),
      gatewaySeenAt: gateway.isWhole ? at(nowMs) : (before?.gatewaySeenAt ?? null),
      warnedSince: before?.warnedSince ?? null,
      failed: before?.failed ?? null
    },
    machine,
    before
  };
}

const countersOf = ({ cpu }: Memory) => Object.fromEntries(cpu.map(({ process, ticks }) => [process, ticks]));

export function isClockSet(before: Memory, nowMs: number, uptimeMs: number): boolean {
  const wallMs = nowMs - (parseTimestamp(before.checkedAt) ?? nowMs);
  return Math.abs(wallMs - (uptimeMs - before.uptimeMs)) > CLOCK_STEP_MS;
}

function runsOf(
  runs: Machine['runs'],
  isSameRun: boolean,
  bootedAtMs: number,
  nowMs: number
): Machine['runs'] {
  const seenAt = new Date(nowMs).toISOString();
  const last = runs.at(-1);
  const recent = runs.filter(run => nowMs - (parseTimestamp(run.seenAt) ?? 0) < RUNS_KEPT_MS);
  return isSameRun && last
    ? [...recent.filter(run => run !== last), { ...last, seenAt, stoppedBy: 'unknown' }]
    : [...recent, { startedAt: new Date(bootedAtMs).toISOString(), seenAt, stoppedBy: 'unknown' }];
}
