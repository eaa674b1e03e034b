import { rm } from 'node:fs/promises';
import path from 'node:path';
import {
  AUTO_STOP_FILES,
  parseKeepAwake,
  parseMachine,
  type KeepAwake,
  type Machine
} from '../contract/auto-stop';
import { count, list, nullable, number, record, text, type Parsed } from '../contract/parse';
import { readJson, writeJson } from './json-file';

/** What a check leaves for the next one, beside what the gateway may know. Times are ISO 8601, UTC. */
const parseMemory = record({
  checkedAt: text,
  /** Differs after each start of the machine. */
  bootId: text,
  uptimeMs: number,
  /** Ticks of processor time by process. */
  cpu: list(record({ process: text, ticks: count })),
  /** Of the whole machine. */
  machineTicks: record({ busy: number, all: number }),
  /** When all Jupyter servers, and all gateways, last answered. */
  jupyterSeenAt: nullable(text),
  gatewaySeenAt: nullable(text),
  /** Since when each check has found a warning due; null while none is. */
  warnedSince: nullable(text),
  /** How often in a row the stop itself has failed, and when it last did; null when it has not. */
  failed: nullable(record({ times: count, at: text }))
});
export type Memory = Parsed<typeof parseMemory>;

/** The files by which checks, gateway and status bar know of each other. */
export class AutoStopMemory {
  constructor(private readonly directory: string) {}

  get lockFile(): string {
    return path.join(this.directory, 'auto-stop', 'lock');
  }

  memory(): Promise<Memory | null> {
    return readJson(this.memoryFile, parseMemory);
  }

  machine(): Promise<Machine | null> {
    return readJson(path.join(this.directory, AUTO_STOP_FILES.machine), parseMachine);
  }

  keepAwake(): Promise<KeepAwake | null> {
    return readJson(path.join(this.directory, AUTO_STOP_FILES.keepAwake), parseKeepAwake);
  }

  async keep(memory: Memory, machine: Machine): Promise<void> {
    await writeJson(this.memoryFile, memory);
    await this.keepMachine(machine);
  }

  keepMachine(machine: Machine): Promise<void> {
    return writeJson(path.join(this.directory, AUTO_STOP_FILES.machine), machine);
  }

  /** Removes a wish that is over, unless another has taken its place. */
  async forgetKeepAwake(wish: KeepAwake): Promise<void> {
    const now = await this.keepAwake();
    if (now?.until === wish.until && now.askedAt === wish.askedAt) {
      await rm(path.join(this.directory, AUTO_STOP_FILES.keepAwake), { force: true });
    }
  }

  private get memoryFile(): string {
    return path.join(this.directory, 'auto-stop', 'memory.json');
  }
}
