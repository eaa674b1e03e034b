import { parseErrorBody } from './errors';
import { count, nullable, number, oneOf, optional, record, text, type Parsed } from './parse';
import { parseOrigin } from './query';

/**
 * Freezes a view of the database for several queries. It ends when it is released, `maxSeconds` after it was opened
 * (at most, and by default, what the gateway allows), or when nobody has asked for it for a while.
 */
export const parseSnapshotRequest = record({
  origin: parseOrigin,
  /** The connection profile that it is of; null is the first one. */
  profile: optional(nullable(text), null),
  maxSeconds: optional(nullable(count), null)
});
export type SnapshotRequest = Parsed<typeof parseSnapshotRequest>;

export const parseSnapshot = record({
  snapshotId: text,
  origin: parseOrigin,
  state: oneOf('open', 'ended'),
  /** For SET TRANSACTION SNAPSHOT in a REPEATABLE READ transaction on the same server, before any query of it. */
  exportedName: text,
  /** Address, port and start of the server that it is on: its name means nothing on another one. */
  server: text,
  /** When it was taken. ISO 8601, UTC, by the server's clock. */
  asOf: text,
  /** How far the server had replayed or written by then, about; null where the server does not tell. */
  lsn: nullable(text),
  /** How far the replica was behind, null on a primary and where it cannot be told. */
  lagMs: nullable(number),
  /** ISO 8601, UTC. */
  expiresAt: text,
  /** Who does not ask for it or query it for so long loses it. */
  silentSeconds: number,
  /** Why it has ended, unless it was released. */
  error: nullable(parseErrorBody)
});
export type Snapshot = Parsed<typeof parseSnapshot>;
