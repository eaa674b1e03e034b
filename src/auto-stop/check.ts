import { type Machine } from '../contract/auto-stop';
import { judge, type IdleVerdict } from '../idle/policy';
import { timeLeftInWords } from '../idle/words';
import { type CheckEntry, entryOf, type Outcome } from './entry';
import { reasonOf } from './fault';
import { type NotebookInstance } from './instance';
import { type CheckLog } from './log';
import { lookAround, type Look, type Surroundings } from './look';
import { lastNotice, withdraw } from './last-notice';
import { warnedSince, warningLeftMs } from './warning-window';

export interface World extends Surroundings {
  readonly log: CheckLog;
  readonly pause: (ms: number) => Promise<void>;
  /** This instance; rejects where its name is not known. */
  readonly instance: () => Promise<NotebookInstance>;
  readonly putMetrics: (look: Look, verdict: IdleVerdict) => Promise<void>;
}

interface Result {
  readonly outcome: Outcome;
  readonly details: readonly string[];
}

const NOTHING: Result = { outcome: 'none', details: [] };

/** THE PATH: look → judge → remember → warn or stop → tell. A dry run leaves no trace. */
export async function check(world: World, isDryRun: boolean): Promise<CheckEntry> {
  const look = await lookAround(world);
  const verdict = judge(look.signals);
  const since = warnedSince(look, verdict);
  const leftMs = warningLeftMs(look.signals, since);
  const machine = await withInstanceType(world, withWork(look.machine, verdict));
  if (!isDryRun) {
    await world.files.keep({ ...look.memory, warnedSince: since }, machine);
  }
  const result =
    verdict.kind !== 'stop'
      ? NOTHING
      : leftMs > 0
        ? stillWarning(leftMs)
        : isDryRun || !world.config.mayStop
          ? wouldStop(world)
          : await stop(world, look, verdict, machine);
  const entry = entryOf(verdict, look.signals.nowMs, result.outcome, [
    ...result.details,
    ...(isDryRun ? [] : await metricsFault(world, look, verdict))
  ]);
  if (!isDryRun && result.outcome !== 'stopping') {
    await world.log.write(entry);
  }
  return entry;
}

const stillWarning = (leftMs: number): Result => ({
  outcome: 'warning',
  details: [`It stops in ${timeLeftInWords(leftMs)} at the earliest: first the warnings must have been seen.`]
});

const wouldStop = ({ config }: World): Result => ({
  outcome: 'would-stop',
  details: [config.mayStop ? 'Nothing was stopped: a dry run.' : 'Nothing is stopped here: auto-stop is off.']
});

/** Winds up, looks once more, writes why, stops. Nobody is left without exports when the stop fails. */
async function stop(world: World, look: Look, verdict: IdleVerdict, machine: Machine): Promise<Result> {
  const instance = await world.instance().catch((error: unknown) => sentence(error));
  if (typeof instance === 'string') {
    return { outcome: 'failed', details: [instance] };
  }
  const details = await lastNotice(look.sockets, world.pause);
  const again = await lookAround(world);
  const second = judge(afterNotice(look, again));
  if (second.kind !== 'stop') {
    await withdraw(look.sockets);
    const why = second.holds[0]?.words ?? second.lastActivity;
    return { outcome: 'withdrawn', details: [...details, `There is use again: ${why}.`] };
  }
  try {
    await world.log.write(entryOf(verdict, look.signals.nowMs, 'stopping', details));
    await instance.stop();
    await world.files.keepMachine(stoppedByUs(machine));
    return { outcome: 'stopping', details };
  } catch (error) {
    await withdraw(look.sockets);
    return { outcome: 'failed', details: [...details, sentence(error)] };
  }
}

/** That queries and exports were ended by the notice itself is no sign of use. */
function afterNotice(first: Look, second: Look): Look['signals'] {
  const [before, after] = [first.signals.gateway, second.signals.gateway];
  return before.kind === 'reachable' && after.kind === 'reachable'
    ? { ...second.signals, gateway: { ...after, lastWorkAt: before.lastWorkAt } }
    : second.signals;
}

/** What holds the instance now leaves no other trace when it ends: the countdown begins there. */
function withWork(machine: Machine, verdict: IdleVerdict): Machine {
  const isWorking = verdict.holds.some(({ kind }) => kind !== 'keep-awake');
  return isWorking ? { ...machine, workSeenAt: machine.checkedAt } : machine;
}

/** Asked until it is known; a change of type needs a stop, so it is asked at every start. */
async function withInstanceType(world: World, machine: Machine): Promise<Machine> {
  if (machine.instanceType !== null) {
    return machine;
  }
  const described = await world
    .instance()
    .then(instance => instance.describe())
    .catch(() => null);
  return { ...machine, instanceType: described?.type || null };
}

const stoppedByUs = (machine: Machine): Machine => ({
  ...machine,
  runs: machine.runs.map((run, index) =>
    index === machine.runs.length - 1 ? { ...run, stoppedBy: 'auto-stop' } : run
  )
});

async function metricsFault(world: World, look: Look, verdict: IdleVerdict): Promise<string[]> {
  try {
    await world.putMetrics(look, verdict);
    return [];
  } catch (error) {
    return [`No figures reached CloudWatch: ${sentence(error)}`];
  }
}

const sentence = (error: unknown): string => `${reasonOf(error).replace(/\.$/, '')}.`;
