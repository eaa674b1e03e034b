import { count, nullable, oneOf, record, text, type Parsed } from './parse';

/** Every code an error body may carry; each is a heading in docs/troubleshooting.md. */
export const ERROR_CODES = [
  'authentication-failed',
  'bad-request',
  'bucket-denied',
  'bucket-missing',
  'cancelled',
  'connection-lost',
  'credentials-denied',
  'credentials-malformed',
  'credentials-missing',
  'database-missing',
  'dataset-conflict',
  'dataset-mismatch',
  'dataset-unreadable',
  'disk-full',
  'export-incomplete',
  'gateway-unavailable',
  'host-unreachable',
  'internal',
  'not-found',
  'object-exists',
  'permission-denied',
  'query-failed',
  'read-only',
  'replica-conflict',
  'result-expired',
  'result-too-large',
  's3-failed',
  's3-unreachable',
  'secrets-unreachable',
  'several-statements',
  'snapshot-ended',
  'snapshot-unavailable',
  'syntax-error',
  'timeout',
  'tls-hostname-mismatch',
  'tls-untrusted',
  'tls-unavailable',
  'too-many-connections',
  'value-not-representable'
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * What went wrong, on what, and what to do. Never holds a secret.
 * `position` counts characters (code points) of the statement from 1, as PostgreSQL does.
 */
export const parseErrorBody = record({
  code: oneOf(...ERROR_CODES),
  message: text,
  subject: nullable(text),
  action: nullable(text),
  detail: nullable(text),
  hint: nullable(text),
  position: nullable(count),
  sqlstate: nullable(text)
});

export type ErrorBody = Parsed<typeof parseErrorBody>;

/** The body of every reply with a status of 400 or above. */
export const parseErrorReply = record({ error: parseErrorBody });
