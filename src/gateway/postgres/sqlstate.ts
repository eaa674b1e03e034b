import { DatabaseError } from 'pg';
import type { ErrorCode } from '../../contract/errors';
import { GatewayError } from '../gateway-error';

/** The fields of an ErrorResponse (source: PostgreSQL protocol, "Error and Notice Message Fields"). */
interface ErrorResponse {
  readonly message: string;
  readonly code: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly position?: string | undefined;
  readonly severity?: string | undefined;
}

interface Meaning {
  readonly code: ErrorCode;
  readonly action: string;
}

const CONFLICT: Meaning = {
  code: 'replica-conflict',
  action:
    'The replica needed rows this statement was reading. Run it again; a shorter statement is less often cut off.'
};
const LOST: Meaning = {
  code: 'connection-lost',
  action: 'The server ended the connection. Run the query again in a moment.'
};
const UNTYPED: Meaning = {
  code: 'query-failed',
  action: 'Say what type the parameter has where it stands, such as $1::int or $1::text.'
};
const REFUSED: Meaning = {
  code: 'authentication-failed',
  action:
    'Check user name and password where the credentials are kept, and that the role may log in from here.'
};
const BUSY: Meaning = {
  code: 'too-many-connections',
  action: 'Wait until other queries have ended, or ask for a higher connection limit of this role.'
};

/** SQLSTATE, or its class of two characters, to what it means here. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  '25006': {
    code: 'read-only',
    action: 'This connection only reads. Write to the primary with your own tools.'
  },
  '28': REFUSED,
  '3D000': {
    code: 'database-missing',
    action: 'Check the database name where the credentials are kept.'
  },
  '42501': {
    code: 'permission-denied',
    action: 'Ask the owner for SELECT on it, and USAGE on its schema.'
  },
  '42P18': UNTYPED,
  '42P08': UNTYPED,
  '22P02': {
    code: 'query-failed',
    action: 'Mend the value, in the statement or among its parameters, so that it reads as that type.'
  },
  // A database of encoding SQL_ASCII keeps any bytes, and the server does not say in which column these are.
  '22021': {
    code: 'query-failed',
    action:
      "A text is not what the server takes it for. Read its column as bytes, convert_to(column, 'SQL_ASCII'), or name its encoding: convert_from(convert(convert_to(column, 'SQL_ASCII'), 'LATIN1', 'UTF8'), 'UTF8')."
  },
  '42601': { code: 'syntax-error', action: 'Mend the statement at the marked position.' },
  '40001': CONFLICT,
  '40P01': CONFLICT,
  // A snapshot that an Aurora reader or an old standby could not keep.
  '72000': CONFLICT,
  '57P01': LOST,
  '57P02': LOST,
  '57P03': LOST,
  '57P04': LOST,
  '57P05': LOST,
  // Connection exceptions; poolers tell by 08P01 that the server behind them went away.
  '08': LOST,
  '25P03': LOST,
  '25P04': { code: 'timeout', action: 'Narrow the query, or ask for a longer time limit.' },
  '0A000': {
    code: 'query-failed',
    action: 'The server cannot do this on a replica or at all. Write the statement in another way.'
  },
  '53200': {
    code: 'query-failed',
    action: 'The server has no memory left for it. Narrow the query, or run it again when others have ended.'
  },
  '55P03': {
    code: 'timeout',
    action:
      'Another process, often the replay of a schema change, holds a lock on it. Run the query again in a moment.'
  },
  '53100': {
    code: 'query-failed',
    action:
      "The server's disk is full, often by a sort or hash of this query. Narrow it, or tell who runs the server."
  },
  '53300': BUSY,
  '53400': BUSY
};

/** What the gateway knows of a statement's end, in whatever language the server tells it. */
export interface StatementEnd {
  /** The gateway has asked for it. */
  readonly cancelled: boolean;
  /** It came no sooner than the time limit. */
  readonly late: boolean;
}

const NOTHING_KNOWN: StatementEnd = { cancelled: false, late: false };

/** What PostgreSQL's ErrorResponse means to the user, or null when `error` is none. */
export function fromErrorResponse(error: unknown, end = NOTHING_KNOWN): GatewayError | null {
  const response = asErrorResponse(error);
  if (!response) {
    return null;
  }
  const meaning = meaningOf(response, end);
  return new GatewayError(
    meaning.code,
    meaning === SEVERAL ? 'There is more than one statement here.' : response.message,
    {
      action: meaning.action,
      detail: response.detail ?? null,
      hint: response.hint ?? null,
      position: response.position ? Number(response.position) : null,
      sqlstate: response.code
    },
    error
  );
}

const SEVERAL: Meaning = {
  code: 'several-statements',
  action: 'Run one statement at a time: leave one here, and run the others by themselves.'
};

/** PgBouncer's words, all with the SQLSTATE of a broken protocol: a login refused; no connection to be had in time. */
const POOLER_REFUSES = /authentication failed|no such user|no such database/;
const POOLER_FULL = /query_wait_timeout|no more connections allowed|server_login_retry/;

function meaningOf({ code, message }: ErrorResponse, { cancelled, late }: StatementEnd): Meaning {
  if (code === '57014') {
    return !cancelled && (late || message.includes('statement timeout'))
      ? { code: 'timeout', action: 'Narrow the query, or ask for a longer time limit.' }
      : message.includes('conflict with recovery')
        ? CONFLICT
        : { code: 'cancelled', action: 'Run the query again when you want its rows.' };
  }
  if (code === '42601' && message.includes('multiple commands')) {
    return SEVERAL;
  }
  if (code.startsWith('08') && POOLER_FULL.test(message)) {
    return BUSY;
  }
  if (code.startsWith('08') && POOLER_REFUSES.test(message)) {
    return REFUSED;
  }
  return (
    MEANINGS[code] ??
    MEANINGS[code.slice(0, 2)] ?? { code: 'query-failed', action: 'Mend the statement and run it again.' }
  );
}

function asErrorResponse(error: unknown): ErrorResponse | null {
  if (!(error instanceof DatabaseError) || !/^[0-9A-Z]{5}$/.test(error.code ?? '')) {
    return null;
  }
  return { ...error, code: error.code ?? '', message: error.message };
}
