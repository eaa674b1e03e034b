import { type MachineSignals } from '../idle/signals';
import { type Process, TICK_MS } from './processes';

type Job = MachineSignals['jobs'][number];

const SHELLS = new Set(['ash', 'bash', 'csh', 'dash', 'fish', 'ksh', 'sh', 'tcsh', 'xonsh', 'zsh']);
/** The end of the path of the gateway's program, as the wheel installs it. */
const GATEWAY = 'gateway_bundle/main.js';
const MOST_JOBS = 20;

export const isGateway = ({ command }: Process): boolean =>
  command.slice(0, 2).some(word => word.endsWith(GATEWAY));

/** The user's processes without those that are there for the user's sake: servers, gateways and this program. */
export function programsOf(
  processes: readonly Process[],
  uid: number,
  serverPids: readonly number[]
): readonly Process[] {
  return processes.filter(
    found =>
      found.uid === uid && !serverPids.includes(found.pid) && !isGateway(found) && found.pid !== process.pid
  );
}

/** What people have started in terminals and what still runs, each pipeline's first processes only. */
export function jobsOf(programs: readonly Process[], bootedAtMs: number): readonly Job[] {
  const byPid = new Map(programs.map(program => [program.pid, program]));
  const isFirst = ({ parentPid, session }: Process) => {
    const parent = byPid.get(parentPid);
    return !parent || parent.session !== session || isShell(parent);
  };
  return programs
    .filter(program => program.tty !== 0 && !'ZTtX'.includes(program.state))
    .filter(program => !isShell(program) && isFirst(program))
    .slice(0, MOST_JOBS)
    .map(({ command, startTicks }) => ({
      command: jobName(command),
      startedAt: new Date(bootedAtMs + TICK_MS * startTicks).toISOString()
    }));
}

/** A shell that waits for its user; one that was given something to run is a program like others. */
function isShell({ command: [program = '', ...words] }: Process): boolean {
  const name = baseName(program).replace(/^-/, '');
  return SHELLS.has(name) && words.every(word => word.startsWith('-') && !/^-\w*c/.test(word));
}

/** The program and what it runs; other words could hold a password. */
function jobName([program = '', ...words]: readonly string[]): string {
  const [first = '', second = ''] = words;
  const name = baseName(program);
  if (first === '-m' && isPlain(second)) {
    return `${name} -m ${second}`;
  }
  const script = baseName(first);
  return isPlain(script) && /\.\w+$/.test(script) ? `${name} ${script}` : name;
}

const isPlain = (word: string): boolean => /^\w[\w.+-]{0,63}$/.test(word);

const baseName = (file: string): string => file.split('/').at(-1) ?? '';

/** Ticks of processor time by process; a start time tells a process from a later one of the same number. */
export type CpuCounters = Readonly<Record<string, number>>;

export const cpuCounters = (programs: readonly Process[]): CpuCounters =>
  Object.fromEntries(programs.map(({ pid, startTicks, cpuTicks }) => [`${pid}:${startTicks}`, cpuTicks]));

/** Per cent of one processor between two looks; what began in between counts from its start. */
export function cpuPercent(before: CpuCounters, after: CpuCounters, elapsedMs: number): number | null {
  if (elapsedMs <= 0) {
    return null;
  }
  const ticks = Object.entries(after).reduce(
    (sum, [key, now]) => sum + Math.max(0, now - (before[key] ?? 0)),
    0
  );
  return Math.round((1000 * ticks * TICK_MS) / elapsedMs) / 10;
}
