import { GatewayError } from '../gateway-error';
import type { Session } from './session';

/** One moment of one server, for other transactions there to join. */
export interface SharedMoment {
  /** For SET TRANSACTION SNAPSHOT; holds until the transaction that has exported it ends. */
  readonly snapshot: string;
  readonly server: string;
}

// A snapshot's name means nothing elsewhere, and might by chance exist there: behind an address that several servers share, the
// start of the server tells them apart.
const SERVER = `SELECT pg_catalog.concat_ws('/', pg_catalog.inet_server_addr(), pg_catalog.inet_server_port(),
  pg_catalog.pg_postmaster_start_time())`;

// Where each statement has a snapshot of its own, the exporter itself would not read what it has exported.
const EXPORT = `SELECT pg_catalog.pg_export_snapshot()
  WHERE pg_catalog.current_setting('transaction_isolation') = 'repeatable read'`;

/** Null where the server does not let it be shared; the transaction is then aborted. */
export async function exportMoment(session: Session): Promise<SharedMoment | null> {
  const server = await readServer(session);
  try {
    const snapshot = await single(session, EXPORT);
    return snapshot ? { server, snapshot } : null;
  } catch (error) {
    if (
      error instanceof GatewayError &&
      (error.code === 'permission-denied' || error.code === 'query-failed')
    ) {
      return null;
    }
    throw error;
  }
}

/** Which server the session is on. */
export function readServer(session: Session): Promise<string> {
  return single(session, SERVER);
}

async function single(session: Session, sql: string): Promise<string> {
  return (await session.rows(sql))[0]?.[0] ?? '';
}
