import type { ErrorCode } from '../../contract/errors';
import type { Credentials } from '../credentials/credentials';
import { GatewayError } from '../gateway-error';
import { fromErrorResponse } from './sqlstate';
import { ProtocolFault } from './wire-guard';

const UNTRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED'
]);

const OUT_OF_DATE = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** Whether a certificate was refused for its dates. */
export function isOutOfDate(error: unknown): boolean {
  return OUT_OF_DATE.has(errorCode(error));
}

/**
 * Why no connection could be made, on which host, and what to do. The password is never part of it. `validity` says what is
 * wrong with the dates of its certificate, where that is the reason.
 */
export function connectFailure(
  error: unknown,
  { host, port, user, database }: Credentials,
  validity: string | null
): GatewayError {
  const where = `${host}:${port}`;
  const refused = fromErrorResponse(error);
  if (refused) {
    return new GatewayError(
      refused.code,
      `${where} refused the connection of user ${user} to database ${database}: ${refused.message}`,
      { ...refused.body, subject: where },
      error
    );
  }
  const code = errorCode(error);
  const failure = (kind: ErrorCode, message: string, action: string) =>
    new GatewayError(kind, message, { subject: where, action }, error);
  if (OUT_OF_DATE.has(code)) {
    return failure(
      'tls-untrusted',
      `The certificate of ${where} is not valid today${validity ? `: ${validity}` : ''} (${code}).`,
      'Check that the clock of this machine is right, and ask for a new certificate on the server.'
    );
  }
  if (UNTRUSTED.has(code)) {
    return failure(
      'tls-untrusted',
      `The certificate of ${where} is not signed by a trusted authority (${code}).`,
      'Set PGSSLROOTCERT to the file with the certificate authority of the server, for RDS the RDS CA bundle.'
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return failure(
      'tls-hostname-mismatch',
      `The certificate of ${where} was made for another host name.`,
      "Use the host name that the certificate carries, usually the cluster's or instance's own endpoint."
    );
  }
  if (error instanceof ProtocolFault) {
    return failure(
      'host-unreachable',
      `${where} does not answer as PostgreSQL does.`,
      'Check host and port where the credentials are kept.'
    );
  }
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes('SSL connection')) {
    return failure(
      'tls-unavailable',
      `${where} does not offer TLS.`,
      'Switch TLS on in the server, or set PGSSLMODE=disable on a network you trust.'
    );
  }
  return failure(
    'host-unreachable',
    `${where} cannot be reached (${code || message}).`,
    'Check host and port where the credentials are kept, that the replica runs, and that the security group lets this machine in.'
  );
}

function errorCode(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}
