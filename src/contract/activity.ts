import { count, list, nullable, number, oneOf, record, text, type Parsed } from './parse';

const parseRunning = record({ id: text, label: text, startedAt: text, rows: count });

/** What the gateway is doing, for the idle policy. Times are ISO 8601, UTC. */
export const parseActivity = record({
  queries: list(parseRunning),
  exports: list(parseRunning),
  /** When a query or export last ran, or null when none has. */
  lastWorkAt: nullable(text),
  /** When a person last used keyboard or pointer in Lab, or null. */
  lastInputAt: nullable(text),
  bootedAt: text,
  /** Minutes of idleness after which the instance stops. */
  idleTimeoutMinutes: number,
  /** Whether anything on this machine acts on the verdict. */
  stopper: oneOf('none', 'sagemaker')
});
export type Activity = Parsed<typeof parseActivity>;
