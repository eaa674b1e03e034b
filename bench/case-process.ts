import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import {
  count,
  flag,
  nullable,
  number,
  optional,
  record,
  type Parsed,
  type Parser
} from '../src/contract/parse';

const parseReady = record({ ready: flag });

/** One reading of a table. `rows` is null where the program does not tell. */
const parseRun = record({
  seconds: number,
  cpuSeconds: number,
  rows: nullable(count),
  /** Of the file that the case has written, if it writes one. */
  fileBytes: optional(nullable(count), null),
  /** Of pages of another result, where the case reads some beside. */
  pageP99Ms: optional(nullable(number), null)
});
export type Run = Parsed<typeof parseRun>;

/** Largest resident set of the process, and of the gateway that it started where it did. */
const parsePeaks = record({ peakRssMb: number, gatewayPeakRssMb: nullable(number) });
export type Peaks = Parsed<typeof parsePeaks>;

/**
 * One case in a process of its own, kept over all rounds. It prints `{"ready":true}`, a Run for each line that it
 * reads, and when its standard input ends its Peaks.
 */
export class CaseProcess {
  private readonly lines: AsyncIterator<string>;
  private readonly child: ChildProcess;

  private constructor(
    private readonly name: string,
    command: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv
  ) {
    const child = spawn(command, [...args], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.child = child;
    // A process that has ended is told by the end of its output.
    child.on('error', () => undefined);
    child.stdin.on('error', () => undefined);
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Resolves once the case is connected. */
  static async start(
    name: string,
    command: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv
  ): Promise<CaseProcess> {
    const started = new CaseProcess(name, command, args, env);
    await started.next(parseReady);
    return started;
  }

  run(): Promise<Run> {
    this.child.stdin?.write('run\n');
    return this.next(parseRun);
  }

  /** Ends the process and gives its largest memory. */
  finish(): Promise<Peaks> {
    this.child.stdin?.end();
    return this.next(parsePeaks);
  }

  /** Ends the process at once. Idempotent. */
  kill(): void {
    this.child.kill();
  }

  private async next<T>(parse: Parser<T>): Promise<T> {
    const { value, done } = await this.lines.next();
    if (done) {
      throw new Error(`The case ${this.name} ended before it gave its figures; its reason stands above.`);
    }
    return parse(JSON.parse(value));
  }
}
