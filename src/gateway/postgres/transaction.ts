import { quoteLiteral } from '../../sql/quote';

/** One state of the database for all statements of a transaction: its own, or the one that another has exported. */
export interface Moment {
  readonly exported: string | null;
}

/** What holds for one statement of the user. */
export interface TransactionSettings {
  /** Null where each statement sees what is committed by then. */
  readonly moment: Moment | null;
  readonly applicationName: string;
  readonly statementTimeoutMs: number;
  /** The server's major version; null where it has not said. */
  readonly majorVersion: number | null;
  /** Schemas that names without one are looked for in; null leaves it to the role. */
  readonly searchPath: readonly string[] | null;
}

const IDLE_IN_TRANSACTION_MS = 60_000;
const LOCK_TIMEOUT_MS = 10_000;
const GONE_CLIENT_CHECK = '10s';
/** The first version that knows `client_connection_check_interval`. */
const GONE_CLIENT_CHECK_SINCE = 14;
/** PostgreSQL cuts names here (NAMEDATALEN − 1). */
const NAME_BYTES = 63;

/**
 * Opens a read-only transaction with all that a statement must find. Nothing is set for the session: behind a pooler
 * each transaction may be on another server connection, and a connection needs no round trip before its first one.
 */
export function beginTransaction(settings: TransactionSettings): string {
  const { applicationName, statementTimeoutMs, majorVersion, moment, searchPath } = settings;
  const values: Readonly<Record<string, string | number>> = {
    application_name: quoteLiteral(shortened(applicationName)),
    default_transaction_read_only: 'on',
    statement_timeout: Math.round(statementTimeoutMs),
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    TimeZone: quoteLiteral('UTC'),
    DateStyle: quoteLiteral('ISO, YMD'),
    IntervalStyle: 'postgres',
    extra_float_digits: 1,
    bytea_output: 'hex',
    ...(searchPath ? { search_path: searchPath.map(quoteLiteral).join(', ') } : {}),
    // The server then notices a client that is gone while it sorts or aggregates.
    ...((majorVersion ?? 0) >= GONE_CLIENT_CHECK_SINCE
      ? { client_connection_check_interval: quoteLiteral(GONE_CLIENT_CHECK) }
      : {})
  };
  const settingsSql = Object.entries(values).map(([name, value]) => `SET LOCAL ${name} = ${value}`);
  return [...beginAt(moment), ...settingsSql].join('; ');
}

/** A snapshot must be taken over before anything else. */
function beginAt(moment: Moment | null): readonly string[] {
  if (!moment) {
    // Told, since a standby refuses a role's own default where that is serializable.
    return ['BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY'];
  }
  const { exported } = moment;
  return [
    'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY',
    ...(exported ? [`SET TRANSACTION SNAPSHOT ${quoteLiteral(exported)}`] : [])
  ];
}

/** Ends it, and with it everything that the statement has set, locked or prepared. */
export const END_TRANSACTION = 'ROLLBACK; SELECT pg_catalog.pg_advisory_unlock_all(); DEALLOCATE ALL';

/** At a character's border, since half a character is no text. */
function shortened(name: string): string {
  const characters = Array.from(name.replaceAll('\0', '')).slice(0, NAME_BYTES);
  while (Buffer.byteLength(characters.join('')) > NAME_BYTES) {
    characters.pop();
  }
  return characters.join('');
}
