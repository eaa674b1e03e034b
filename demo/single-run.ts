import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { count, list, record, text } from '../src/contract/parse';
import { commandLineOf } from './command-line';
import { SetupError } from './setup-error';

const parseRun = record({ pid: count, parts: list(record({ pid: count, command: text })) });

/** Keeps a second demo out of the same state folder and ends what a killed one left running. */
export class SingleRun {
  private parts: { pid: number; command: string }[] = [];

  private constructor(private readonly file: string) {}

  /** Throws SetupError when a demo runs in `stateDir` already. */
  static async enter(stateDir: string): Promise<SingleRun> {
    mkdirSync(stateDir, { recursive: true });
    const file = path.join(stateDir, 'run.json');
    if (existsSync(file)) {
      const earlier = parseRun(JSON.parse(readFileSync(file, 'utf8')));
      if (commandLineOf(earlier.pid)?.includes('demo/main.ts')) {
        throw new SetupError(
          `The demo is running already (process ${earlier.pid}): end that one with Ctrl-C first.`
        );
      }
      for (const part of earlier.parts) {
        await endLeftOver(part);
      }
    }
    const run = new SingleRun(file);
    run.write();
    return run;
  }

  /** Remembers a part, so that the next run can end it should this one be killed. */
  add(pid: number, command: string): void {
    this.parts.push({ pid, command });
    this.write();
  }

  leave(): void {
    rmSync(this.file, { force: true });
  }

  private write(): void {
    writeFileSync(this.file, JSON.stringify({ pid: process.pid, parts: this.parts }));
  }
}

async function endLeftOver({ pid, command }: { pid: number; command: string }): Promise<void> {
  for (let patience = 100; commandLineOf(pid)?.includes(command) && patience > 0; patience--) {
    process.kill(pid, patience > 50 ? 'SIGTERM' : 'SIGKILL');
    await sleep(100);
  }
}
