import { GatewayError } from '../gateway-error';

/** The last one: a limit on the size of one file, such as `ulimit -f`. */
const DISK_FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** What a failed write means to the user: `disk-full`, or `internal` with the system's code. */
export function diskFailure(error: unknown): GatewayError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const full = DISK_FULL.has(code);
  return new GatewayError(
    full ? 'disk-full' : 'internal',
    full ? 'The disk is full: the result could not be stored.' : `The result could not be stored (${code}).`,
    { action: 'Free disk space, or set JUPYTERLAB_REPLICA_SPOOL_DIR to a directory on a larger disk.' },
    error
  );
}
