/** The demo itself; `npm run demo` installs and builds, then runs this. Its options stand in scripts/demo.mjs. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CHECK_PROFILES } from '../test/e2e/profiles';
import { check } from './check';
import { freePort, isFree } from './free-port';
import { startJupyter, type Jupyter } from './jupyter';
import { removeOutsideData } from './postgres-setup';
import { SetupError } from './setup-error';
import { SingleRun } from './single-run';
import { environmentFor, freshUserState, startStack, type Stack } from './stack';

const ROOT = path.join(__dirname, '..');
const STATE = path.join(ROOT, '.demo');
const PYTHON_ENVIRONMENT = path.join(ROOT, '.venv');
const DEFAULT_PORT = 8888;

interface Options {
  /** Null for whichever is free when JupyterLab starts. */
  readonly port: number | null;
  readonly reset: boolean;
  readonly check: boolean;
  readonly screenshots: string;
}

interface RunningDemo {
  readonly stack: Stack;
  readonly jupyter: Jupyter;
}

async function main(): Promise<number> {
  const options = readOptions();
  const stopAsked = new Promise<void>(resolve => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  const run = await SingleRun.enter(STATE);
  try {
    if (options.port !== null) {
      await ensureFree(options.port);
    }
    if (options.reset) {
      reset();
    }
    return await withDemo(options, run, async demo => {
      if (options.check) {
        return check(demo.stack.description, demo.jupyter, {
          pythonEnvironment: PYTHON_ENVIRONMENT,
          screenshots: path.resolve(ROOT, options.screenshots)
        });
      }
      say(`Samples of the notebooks are in the file browser; logs and data are in ${STATE}.`);
      say('Ctrl-C ends everything. Open JupyterLab at');
      process.stdout.write(`${demo.jupyter.url}\n`);
      await stopAsked;
      say('Stopping …');
      return 0;
    });
  } finally {
    run.leave();
  }
}

async function withDemo(
  options: Options,
  run: SingleRun,
  work: (demo: RunningDemo) => Promise<number>
): Promise<number> {
  const opened: { stop(): Promise<void> }[] = [];
  try {
    say('Starting PostgreSQL with a standby, and S3 and Secrets Manager …');
    const stack = await startStack({
      stateDir: path.join(STATE, 'stack'),
      pythonEnvironment: PYTHON_ENVIRONMENT,
      scale: 1,
      log: say
    });
    opened.push(stack);
    run.add(stack.emulatorPid, 'moto_server');
    say('Starting JupyterLab …');
    const jupyter = await startJupyter({
      stateDir: STATE,
      pythonEnvironment: PYTHON_ENVIRONMENT,
      port: options.port ?? (await freePort()),
      environment: {
        ...environmentFor(stack.description),
        ...freshUserState(STATE),
        ...(options.check ? severalProfiles(stack.description.aws.secretId) : {})
      },
      sampleNotebooks: path.join(ROOT, 'sample-notebooks')
    });
    opened.push(jupyter);
    run.add(jupyter.pid, 'jupyter-lab');
    return await work({ stack, jupyter });
  } finally {
    for (const part of opened.reverse()) {
      await part.stop();
    }
  }
}

/** The check has a choice of profiles; a newcomer is spared it. */
function severalProfiles(secretId: string): Record<string, string> {
  const profiles = CHECK_PROFILES.map((name, index) => ({ name, production: index > 0, secretId }));
  const file = path.join(STATE, 'profiles.json');
  writeFileSync(file, JSON.stringify({ profiles }));
  return { JUPYTERLAB_REPLICA_PROFILES: file };
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      reset: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      screenshots: { type: 'string', default: path.join(STATE, 'screenshots') }
    }
  });
  const port = values.port === undefined ? defaultPort(values.check) : Number(values.port);
  if (port !== null && (!Number.isInteger(port) || port < 1 || port > 65_535)) {
    throw new SetupError(`--port ${values.port} is not a port: give a number from 1 to 65535.`);
  }
  return { ...values, port };
}

/** Asked after the left-overs of a killed run are gone, which may hold the port. */
async function ensureFree(port: number): Promise<void> {
  if (!(await isFree(port))) {
    throw new SetupError(`Port ${port} is taken: end what listens there, or give another with --port N.`);
  }
}

/** A check needs no known address, so it never stands in the way of a running Jupyter. */
function defaultPort(isCheck: boolean): number | null {
  return isCheck ? null : DEFAULT_PORT;
}

function reset(): void {
  removeOutsideData(path.join(STATE, 'stack'));
  for (const folder of ['stack', 'user', 'jupyter', 'notebooks', 'screenshots', 'logs']) {
    rmSync(path.join(STATE, folder), { recursive: true, force: true });
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

main().then(
  code => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isPlain = error instanceof SetupError || (error instanceof TypeError && 'code' in error);
    say(isPlain ? error.message : error instanceof Error ? String(error.stack) : String(error));
    process.exitCode = 1;
  }
);
