import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ProgramProcess, ScaleOutPlan, ScaleOutRequest } from '../../contract/scale-out';
import { GatewayError } from '../gateway-error';
import type { Engine, Sighting } from './engine';
import { hasEnded } from './program-process';

const LOG_LINES = 50;

interface Effects {
  /** A Python with `db_connection`, pyspark and boto3; null where none was found. */
  readonly python: string | null;
  /** Of this gateway, for what the program reads in it. */
  readonly environment: NodeJS.ProcessEnv;
  /** Where the logs of what was started here lie, a file each. */
  readonly logDirectory: string;
}

/** Spark in local mode on this machine, started by the client or, where a browser asks, by this gateway. */
export class LocalEngine implements Engine {
  readonly lookEveryMs = 1_000;
  readonly silentMs = 180_000;
  /** Those that this gateway has started. */
  private readonly programs = new Map<string, ChildProcess>();

  constructor(private readonly effects: Effects) {}

  get canStart(): boolean {
    return this.effects.python !== null;
  }

  async check({ startedBy }: ScaleOutRequest): Promise<void> {
    if (startedBy === 'gateway' && !this.canStart) {
      throw new GatewayError('bad-request', 'Spark is not installed beside the gateway.', {
        subject: 'JUPYTERLAB_REPLICA_SPARK_PYTHON',
        action: 'Install it where JupyterLab runs: pip install "jupyterlab_replica[spark]", and Java 17.'
      });
    }
    await Promise.resolve();
  }

  adapt(plan: ScaleOutPlan): ScaleOutPlan {
    return plan;
  }

  async start(
    { name, sessions }: ScaleOutPlan,
    planUri: string,
    { startedBy }: ScaleOutRequest
  ): Promise<void> {
    const { python, environment, logDirectory } = this.effects;
    if (startedBy !== 'gateway' || python === null) {
      return;
    }
    mkdirSync(logDirectory, { recursive: true, mode: 0o700 });
    const log = openSync(this.logOf(name), 'w', 0o600);
    try {
      const program = spawn(python, ['-m', 'db_connection.run_spark', planUri, String(sessions)], {
        // It goes on when the gateway ends.
        detached: true,
        env: environment,
        stdio: ['ignore', log, log]
      });
      program.unref();
      this.programs.set(name, program);
      await new Promise<void>((resolve, reject) => {
        program.once('spawn', resolve);
        program.once('error', reject);
      });
    } catch (error) {
      throw new GatewayError('bad-request', 'Spark could not be started on this machine.', {
        subject: python,
        detail: error instanceof Error ? error.message : String(error),
        action: 'Look whether JUPYTERLAB_REPLICA_SPARK_PYTHON names a Python that has pyspark.'
      });
    } finally {
      closeSync(log);
    }
  }

  /** Null while it runs, and for what a client has started and has not yet reported. */
  async look(name: string, process: ProgramProcess | null): Promise<Sighting | null> {
    const program = this.programs.get(name);
    if (!program) {
      return process && (await hasEnded(process))
        ? { state: 'failed', reason: 'Its process has ended.', log: [], costUsd: null }
        : null;
    }
    if (program.exitCode === null && program.signalCode === null) {
      return null;
    }
    const log = (await readFile(this.logOf(name), 'utf8')).trimEnd().split('\n').slice(-LOG_LINES);
    return program.exitCode === 0
      ? { state: 'done', reason: null, log: [], costUsd: null }
      : { state: 'failed', reason: log.at(-1) ?? null, log, costUsd: null };
  }

  /** It hears of the wish by S3; one that is only starting is ended. */
  async stop(name: string): Promise<void> {
    this.programs.get(name)?.kill('SIGTERM');
    await Promise.resolve();
  }

  private logOf(name: string): string {
    return path.join(this.effects.logDirectory, `${name}.log`);
  }
}
