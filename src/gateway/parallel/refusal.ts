import type { ParallelRefusal } from '../../contract/query';
import { GatewayError } from '../gateway-error';

/** Why one connection reads alone. */
const REASONS: Readonly<Record<ParallelRefusal, string>> = {
  statement: 'the statement is more than a read of whole rows or plain columns of one table',
  'row-limit': 'a row limit is set',
  'switched-off': 'JUPYTERLAB_REPLICA_PARALLEL_CONNECTIONS is 1',
  'server-version': 'the server is older than PostgreSQL 14 and would read the whole table for each part',
  view: 'it is a view',
  'foreign-table': 'the table is on another server',
  partitioned: 'the table is partitioned',
  inherited: 'other tables inherit from it',
  temporary: 'the table is temporary, so other connections do not see it',
  'access-method': 'the table is not stored as a heap',
  'row-security': 'row security filters the table',
  'column-grants': 'the role may read single columns of the table, and not where its rows are',
  small: 'the table is too small to gain from it',
  'too-large': 'all its rows are more than may be stored, so one connection reads at its reader’s pace',
  busy: 'no other connection to the server was free',
  snapshot: 'the server would not share a snapshot'
};

/** For one who would rather have an error than a plain read. */
export function refusedRead(refusal: ParallelRefusal): GatewayError {
  return new GatewayError('bad-request', `The read cannot be shared: ${REASONS[refusal]}.`, {
    subject: refusal,
    action: 'Leave `required` out to read over one connection.'
  });
}
