import { type Machine } from '../contract/auto-stop';
import { judge, type IdleVerdict } from '../idle/policy';
import { type CheckEntry, entryOf, type Outcome } from './entry';
import { Fault, reasonOf } from './fault';
import { type NotebookInstance } from './instance';
import { type CheckLog } from './log';
import { lookAround, type Look, type Surroundings } from './look';
import { lastNotice, withdraw } from './last-notice';
import { failedAgain, postponementOf } from './postponement';

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

/** THE PATH: look → judge → remember → stop when it is time → tell. A dry run leaves no trace. */
export async function check(world: World, isDryRun: boolean): Promise<CheckEntry> {
  const look = await lookAround(world);
  const undelayed = judge({ ...look.signals, machine: { ...look.machine, postponed: null } });
  const delay = postponementOf(look, undelayed);
  const seen = withWork({ ...look.machine, postponed: delay.postponed }, undelayed);
  const machine = await withInstanceType(world, seen);
  const verdict = judge({ ...look.signals, machine });
  const { warnedSince, failed } = delay;
  const memory = { ...look.memory, warnedSince, failed };
  if (!isDryRun) {
    await world.files.keep(memory, machine);
    await forgetWish(world, look, verdict);
  }
  const result =
    verdict.kind !== 'stop'
      ? NOTHING
      : isDryRun || !world.config.mayStop
        ? wouldStop(world)
        : await stop(world, look, verdict, machine);
  if (result.outcome === 'failed') {
    const again = failedAgain(delay, world.now());
    await world.files.keep({ ...memory, failed: again.failed }, { ...machine, postponed: again.postponed });
  }
  const entry = entryOf(verdict, look.signals.nowMs, result.outcome, [
    ...result.details,
    ...(isDryRun ? [] : await metricsFault(world, look, verdict))
  ]);
  if (!isDryRun && result.outcome !== 'stopping') {
    await world.log.write(entry);
  }
  return entry;
}

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

/** Removes a wish that is over. While a source is silent nobody knows whether the work has ended. */
async function forgetWish({ files }: World, { signals }: Look, verdict: IdleVerdict): Promise<void> {
  const { keepAwake, jupyter, gateway } = signals;
  const isKnown = jupyter.kind === 'reachable' && gateway.kind === 'reachable';
  if (keepAwake?.askedAt && verdict.keptAwakeUntil === null && isKnown) {
    await files.forgetKeepAwake({ until: keepAwake.until, askedAt: keepAwake.askedAt });
  }
}

/** With what to do about it, where that is known. */
const sentence = (error: unknown): string =>
  `${reasonOf(error).replace(/\.$/, '')}.${error instanceof Fault ? ` ${error.fix}` : ''}`;
