import { execFile } from 'node:child_process';
import { access, constants, mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { parseTimestamp } from '../idle/timestamp';
import { type World } from './check';
import { Fault, hasCode, reasonOf } from './fault';
import { askGateway, gatewaySockets } from './gateway';
import { askJupyter, nameOf, runningServers } from './jupyter';
import { isClockSet } from './look';

/** One thing that must be right for auto-stop to work. */
export interface Finding {
  readonly what: string;
  readonly isRight: boolean;
  /** What was found; what is wrong. */
  readonly words: string;
  /** What to do; empty when nothing. */
  readonly fix: string;
}

const TIMER = 'jupyterlab-replica-auto-stop.timer';
/** Whatever the schedule; a comment is none. */
const CRON_LINE = /^\s*[^#\s].*\bauto-stop check\b/;
const SILENT_MS = 15 * 60_000;

/** Walks from Jupyter to SageMaker. Stops nothing; whether the role may stop shows only with a stop. */
export async function doctor(world: World): Promise<readonly Finding[]> {
  const { config } = world;
  return Promise.all([
    examine('Switched on', () => switchedOn(config.mayStop)),
    examine('Jupyter', async () => {
      const servers = await runningServers(config.runtimeDirectory);
      await Promise.all(servers.map(askJupyter));
      return `answers at ${servers.map(nameOf).join(', ')}`;
    }),
    examine('Gateway', async () => {
      const sockets = config.socketPath
        ? [config.socketPath]
        : await gatewaySockets(await world.host.processes(), world.host.uid);
      await Promise.all(sockets.map(askGateway));
      return sockets.length > 0
        ? `answers at ${sockets.join(', ')}`
        : fault(
            'No gateway runs, so that queries, exports and typing go unseen.',
            'Restart the Jupyter server.'
          );
    }),
    examine('Instance and SageMaker endpoint', async () => {
      const { type, status } = await (await world.instance()).describe();
      return `${(await world.instance()).name} is ${status}, ${type}; the role may describe it`;
    }),
    examine('Clock', () => clock(world)),
    examine('Checks', () => checks(world)),
    examine('Timer', timer),
    examine('Log', () => log(world))
  ]);
}

export const findingInWords = ({ isRight, what, words, fix }: Finding): string =>
  `${isRight ? 'ok   ' : 'WRONG'} ${what}: ${words}${fix && `\n      → ${fix}`}`;

async function examine(what: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { what, isRight: true, words: await look(), fix: '' };
  } catch (error) {
    const fix = error instanceof Fault ? error.fix : '';
    return { what, isRight: false, words: reasonOf(error), fix };
  }
}

async function switchedOn(mayStop: boolean): Promise<string> {
  return mayStop
    ? 'this program may stop this instance'
    : fault('Auto-stop is off.', 'Set JUPYTERLAB_REPLICA_STOPPER=sagemaker on a notebook instance.');
}

async function clock({ files, host, now }: World): Promise<string> {
  const [before, uptimeMs, bootId] = [await files.memory(), await host.uptimeMs(), await host.bootId()];
  return before?.bootId === bootId && isClockSet(before, now(), uptimeMs)
    ? fault(
        'The clock was set since the last check.',
        'Nothing: the time is counted anew. See chronyc tracking if it goes on.'
      )
    : `${new Date(now()).toISOString()}, as long as the machine has been on`;
}

async function checks({ files, now }: World): Promise<string> {
  const memory = await files.memory();
  const sinceMs = now() - (parseTimestamp(memory?.checkedAt ?? null) ?? -Infinity);
  return memory && sinceMs < SILENT_MS
    ? `the last one was at ${memory.checkedAt}`
    : fault(
        memory ? `The last check was at ${memory.checkedAt}.` : 'There was no check yet.',
        `See “systemctl status ${TIMER}” and “journalctl -u jupyterlab-replica-auto-stop”.`
      );
}

async function timer(): Promise<string> {
  if ((await printed('systemctl', 'is-active', TIMER)).trim() === 'active') {
    return `${TIMER} is active`;
  }
  const lines = (await printed('crontab', '-l')).split('\n');
  return lines.some(line => CRON_LINE.test(line))
    ? 'crond runs the checks'
    : fault(
        `Neither ${TIMER} is active nor has this user's crontab a line for “auto-stop check”.`,
        `Run “sudo systemctl enable --now ${TIMER}”, or where crond runs “crontab -e” with “* * * * * /opt/jupyterlab-replica/bin/auto-stop check”.`
      );
}

/** Empty where there is no such program, or where it fails. */
const printed = (program: string, ...args: readonly string[]): Promise<string> =>
  promisify(execFile)(program, args).then(
    ({ stdout }) => stdout,
    () => ''
  );

async function log({ log: { file }, config }: World): Promise<string> {
  await mkdir(config.directory, { recursive: true });
  try {
    await access(config.directory, constants.W_OK);
    await access(file, constants.W_OK);
  } catch (error) {
    return hasCode(error, 'ENOENT')
      ? `${file} comes with the first check`
      : fault(`${file} cannot be written.`, 'Give it to the user that auto-stop runs as, with chown.');
  }
  return file;
}

function fault(message: string, fix: string): never {
  throw new Fault(message, fix);
}
