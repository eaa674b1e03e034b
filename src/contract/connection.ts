import { count, flag, nullable, number, oneOf, record, text, type Parsed } from './parse';

export const parseHealth = record({
  version: text,
  pid: count,
  /** ISO 8601, UTC. */
  startedAt: text
});
export type Health = Parsed<typeof parseHealth>;

/** Where queries go. Never holds a password. */
export const parseConnection = record({
  host: text,
  port: count,
  database: text,
  user: text,
  serverVersion: text,
  /** True on a replica. */
  inRecovery: flag,
  /** Time since the last replayed transaction, null where it cannot be told. */
  lagMs: nullable(number),
  tls: oneOf('verify-full', 'require', 'disable'),
  credentials: oneOf('secrets-manager', 'environment'),
  /** The bucket exports go to by default. */
  dataBucket: nullable(text)
});
export type Connection = Parsed<typeof parseConnection>;
