import { parseKeepAwake, parseMachine } from './auto-stop';
import { count, list, nullable, number, oneOf, record, text, type Parsed } from './parse';

const parseRunning = record({
  id: text,
  label: text,
  startedAt: text,
  rows: count,
  /** When `rows` last grew. */
  progressAt: text
});

/** What the gateway is doing, and what is known of this machine, for the idle policy. Times are ISO 8601, UTC. */
export const parseActivity = record({
  queries: list(parseRunning),
  exports: list(parseRunning),
  /** When a query or export last ran, or null when none has. */
  lastWorkAt: nullable(text),
  /** When a person last used keyboard or pointer in Lab, or null. */
  lastInputAt: nullable(text),
  /** When the instance started; where nothing stops it, when the gateway did. */
  bootedAt: text,
  /** Minutes of idleness after which the instance stops. */
  idleTimeoutMinutes: number,
  /** Hours without a sign of life after which work counts as stuck. */
  maxBusyHours: number,
  /** Whether anything on this machine acts on the verdict. */
  stopper: oneOf('none', 'sagemaker'),
  keepAwake: nullable(parseKeepAwake),
  /** What the auto-stop program saw; null before its first check and where there is none. */
  machine: nullable(parseMachine),
  /** The auto-stop log, its path from `~` where it lies there; null while there is none. */
  log: nullable(text),
  /** When the stop was announced that is about to come, or null. */
  stoppingAt: nullable(text)
});
export type Activity = Parsed<typeof parseActivity>;
