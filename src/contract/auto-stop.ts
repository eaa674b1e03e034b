import { count, list, nullable, number, oneOf, record, text, type Parsed } from './parse';

/**
 * What the auto-stop program leaves behind after each check, in `auto-stop/machine.json` of its directory. The gateway
 * hands it on, so that the status bar and the program judge the same. Times are ISO 8601, UTC.
 */
export const parseMachine = record({
  checkedAt: text,
  /** Such as `ml.t3.medium`; null while it is not known. */
  instanceType: nullable(text),
  /** Programs that run in terminals, the shells themselves left out. */
  jobs: list(record({ command: text, startedAt: nullable(text) })),
  /** Of one processor, by the user's processes since the check before; null at the first. */
  cpuPercent: nullable(number),
  /** When a check last found that share to be that of work. */
  cpuActiveAt: nullable(text),
  /** When a check last found work that holds the instance open. */
  workSeenAt: nullable(text),
  /** When the clock was last set by more than a little. */
  clockSetAt: nullable(text),
  /** Up to when it does not stop although the time is up, and why, in a sentence. */
  postponed: nullable(record({ until: text, why: text })),
  /** Each time the instance ran, oldest first, those of at least the last eight days. */
  runs: list(
    record({
      startedAt: text,
      /** The last check of that run. */
      seenAt: text,
      stoppedBy: oneOf('auto-stop', 'unknown')
    })
  )
});
export type Machine = Parsed<typeof parseMachine>;

/**
 * A person's wish for the instance to stay on, in `auto-stop/keep-awake.json`. `until` is a time, or `work-ends`:
 * for as long as something runs.
 */
export const parseKeepAwake = record({ until: text, askedAt: text });
export type KeepAwake = Parsed<typeof parseKeepAwake>;

/** Asks for the instance to stay on for so many minutes, or with null until the running work ends. */
export const parseKeepAwakeRequest = record({ minutes: nullable(number) });
export type KeepAwakeRequest = Parsed<typeof parseKeepAwakeRequest>;

/** The auto-stop program is about to stop the instance; what runs may go on for so many seconds. */
export const parseStopAnnouncement = record({ graceSeconds: number });

/** What became of that which ran when the stop was announced. */
export const parseStopReport = record({
  exportsEnded: count,
  exportsCancelled: count,
  queriesCancelled: count
});
export type StopReport = Parsed<typeof parseStopReport>;

/** Names below the auto-stop directory. */
export const AUTO_STOP_FILES = {
  machine: 'auto-stop/machine.json',
  keepAwake: 'auto-stop/keep-awake.json',
  log: 'auto-stop.log'
} as const;
