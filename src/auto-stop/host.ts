import { readFile, statfs } from 'node:fs/promises';
import { listProcesses, type Process } from './processes';

/** The machine as the kernel shows it. */
export interface Host {
  readonly uid: number;
  bootId(): Promise<string>;
  uptimeMs(): Promise<number>;
  processes(): Promise<readonly Process[]>;
  meters(directory: string): Promise<Meters>;
}

export interface Meters {
  /** Ticks of processor time since the start. */
  readonly machineTicks: { readonly busy: number; readonly all: number };
  readonly memoryPercent: number;
  /** Of the volume that `directory` lies on; null when it cannot be asked. */
  readonly diskPercent: number | null;
}

export const linuxHost = (): Host => ({
  uid: process.getuid?.() ?? 0,
  bootId: async () => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim(),
  uptimeMs: async () => 1000 * Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]),
  processes: () => listProcesses(),
  meters: async directory => {
    const [stat, memory, disk] = await Promise.all([
      readFile('/proc/stat', 'utf8'),
      readFile('/proc/meminfo', 'utf8'),
      statfs(directory).catch(() => null)
    ]);
    return {
      machineTicks: machineTicks(stat),
      memoryPercent: memoryPercent(memory),
      diskPercent: disk && percent(disk.blocks - disk.bavail, disk.blocks)
    };
  }
});

/** Of 100, with one decimal. */
export const percent = (part: number, whole: number): number =>
  whole > 0 ? Math.round((1000 * part) / whole) / 10 : 0;

/** The first line: user, nice, system, idle, iowait, irq, softirq, steal; guest time is part of user time. */
function machineTicks(stat: string): Meters['machineTicks'] {
  const ticks = stat.split('\n')[0]?.trim().split(/\s+/).slice(1, 9).map(Number) ?? [];
  const all = ticks.reduce((sum, each) => sum + each, 0);
  const [, , , idle = 0, waiting = 0] = ticks;
  return { busy: all - idle - waiting, all };
}

function memoryPercent(meminfo: string): number {
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(meminfo)?.[1] ?? 0);
  const total = kilobytes('MemTotal');
  return percent(total - kilobytes('MemAvailable'), total);
}
