import { count, flag, list, nullable, number, oneOf, record, text, type Parsed } from './parse';

export const parseHealth = record({
  version: text,
  pid: count,
  /** ISO 8601, UTC. */
  startedAt: text
});
export type Health = Parsed<typeof parseHealth>;

/** A replica that queries can go to, by the name that the configuration gives it. */
const parseProfileInfo = record({
  name: text,
  /** Others depend on it: it is shown in red. */
  production: flag
});
export type ProfileInfo = Parsed<typeof parseProfileInfo>;

/** At least one; the first is used where none is named. */
export const parseProfiles = record({ profiles: list(parseProfileInfo) });

/** Where queries go. Never holds a password. */
export const parseConnection = record({
  profile: text,
  production: flag,
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
