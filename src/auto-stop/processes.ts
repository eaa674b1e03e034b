import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** A process of this machine. Times are in clock ticks of 10 ms, which Linux shows to programs everywhere. */
export interface Process {
  readonly pid: number;
  readonly parentPid: number;
  readonly uid: number;
  /** One letter of proc(5); `Z` has ended, `T` was stopped by its user. */
  readonly state: string;
  readonly session: number;
  /** 0 without a terminal. */
  readonly tty: number;
  readonly cpuTicks: number;
  /** After the machine's start. */
  readonly startTicks: number;
  readonly command: readonly string[];
}

export const TICK_MS = 10;

/** All processes; one that ends meanwhile is left out. */
export async function listProcesses(proc = '/proc'): Promise<readonly Process[]> {
  const pids = (await readdir(proc)).filter(name => /^\d+$/.test(name));
  const processes = await Promise.all(pids.map(pid => readProcess(path.join(proc, pid)).catch(() => null)));
  return processes.filter(found => found !== null);
}

/** One variable of the environment that the process was started with; null without, or when it is another user's. */
export async function startedWith(pid: number, variable: string, proc = '/proc'): Promise<string | null> {
  const all = await readFile(path.join(proc, String(pid), 'environ'), 'utf8').catch(() => '');
  const found = all.split('\0').find(entry => entry.startsWith(`${variable}=`));
  return found?.slice(variable.length + 1) ?? null;
}

async function readProcess(directory: string): Promise<Process> {
  const [line, command, { uid }] = await Promise.all([
    readFile(path.join(directory, 'stat'), 'utf8'),
    readFile(path.join(directory, 'cmdline'), 'utf8'),
    stat(directory)
  ]);
  // The program's name stands in brackets and can hold anything, brackets and blanks too.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  // proc(5) counts from 1 and the state is its third field.
  const number = (field: number) => Number(fields[field - 3]);
  return {
    pid: Number(line.slice(0, line.indexOf(' '))),
    ...{ parentPid: number(4), session: number(6), tty: number(7) },
    uid,
    state: fields[0] ?? '',
    cpuTicks: number(14) + number(15),
    startTicks: number(22),
    command: command.split('\0').filter(Boolean)
  };
}
