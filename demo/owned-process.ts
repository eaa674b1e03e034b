import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from './setup-error';

export interface ProcessOptions {
  /** How messages name it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly logFile: string;
  readonly uid?: number;
  readonly gid?: number;
  /** The signal that asks it to end. */
  readonly stopSignal?: NodeJS.Signals;
}

/** A server process of ours: its output goes to a log file, it is ended by its own process id. */
export class OwnedProcess {
  private constructor(
    private readonly options: ProcessOptions,
    private readonly child: ChildProcess
  ) {}

  static start(options: ProcessOptions): OwnedProcess {
    mkdirSync(path.dirname(options.logFile), { recursive: true });
    const log = openSync(options.logFile, 'a', 0o600);
    try {
      const child = spawn(options.command, [...options.args], {
        cwd: options.cwd,
        env: options.env,
        uid: options.uid,
        gid: options.gid,
        // A group of its own, so that Ctrl-C reaches only us and the parts end in order.
        detached: true,
        stdio: ['ignore', log, log]
      });
      // Without a listener a command that cannot be started would end this process.
      child.on('error', () => undefined);
      // Should we end without stopping it, it is at least asked to end too.
      const ask = () => child.kill(options.stopSignal ?? 'SIGTERM');
      process.once('exit', ask);
      child.once('exit', () => process.off('exit', ask));
      return new OwnedProcess(options, child);
    } finally {
      closeSync(log);
    }
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Waits until `probe` succeeds. Throws SetupError when the process ends before or `timeoutMs` pass. */
  async ready(probe: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await probe())) {
      if (this.hasEnded || Date.now() > deadline) {
        const what = this.hasEnded ? 'ended at once' : `did not answer within ${timeoutMs / 1000} s`;
        const ending = lastLines(this.options.logFile);
        await this.stop();
        throw new SetupError(`${this.options.name} ${what}; its log is ${this.options.logFile}: ${ending}`);
      }
      await sleep(50);
    }
  }

  /** Asks the process to end, insists after ten seconds, and returns when it is gone. */
  async stop(): Promise<void> {
    if (this.hasEnded) {
      return;
    }
    const ended = new Promise<void>(resolve => this.child.once('exit', () => resolve()));
    this.child.kill(this.options.stopSignal ?? 'SIGTERM');
    const insist = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(insist);
  }
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-3).join(' | ');
}
