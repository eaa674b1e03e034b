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
  '28': {
    code: 'authentication-failed',
    action:
      'Check user name and password where the credentials are kept, and that the role may log in from here.'
  },
  '3D000': {
    code: 'database-missing',
    action: 'Check the database name where the credentials are kept.'
  },
  '42501': {
    code: 'permission-denied',
    action: 'Ask the owner for SELECT on it, and USAGE on its schema.'
  },
  '42601': { code: 'syntax-error', action: 'Mend the statement at the marked position.' },
  '40001': CONFLICT,
  '40P01': CONFLICT,
  '57P01': LOST,
  '57P02': LOST,
  '57P03': LOST,
  '08003': LOST,
  '08006': LOST,
  '25P03': LOST,
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

/** What PostgreSQL's ErrorResponse means to the user, or null when `error` is none. */
export function fromErrorResponse(error: unknown): GatewayError | null {
  const response = asErrorResponse(error);
  if (!response) {
    return null;
  }
  const meaning = meaningOf(response);
  return new GatewayError(
    meaning.code,
    response.message,
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

function meaningOf({ code, message }: ErrorResponse): Meaning {
  if (code === '57014') {
    return message.includes('statement timeout')
      ? { code: 'timeout', action: 'Narrow the query, or ask for a longer time limit.' }
      : message.includes('conflict with recovery')
        ? CONFLICT
        : { code: 'cancelled', action: 'Run the query again when you want its rows.' };
  }
  if (code === '42601' && message.includes('multiple commands')) {
    return { code: 'several-statements', action: 'Run one statement at a time.' };
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
