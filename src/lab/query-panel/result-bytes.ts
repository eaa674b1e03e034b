import { type PlanReply } from '../../contract/plan';
import { type QueryStatus } from '../../contract/query';

/**
 * Bytes that all rows of a statement take: by what its own result measures a row, else by its plan. Null where
 * neither is known.
 */
export function resultBytes(
  status: Pick<QueryStatus, 'state' | 'rows' | 'bytes' | 'truncated' | 'rowEstimate'> | null,
  plan: PlanReply | null
): number | null {
  if (status?.state === 'done' && status.rows > 0) {
    const all = status.truncated ? Math.max(status.rows, status.rowEstimate ?? 0) : status.rows;
    return Math.round((status.bytes / status.rows) * all);
  }
  const root = plan?.plan?.root;
  return root ? Math.round(root.rows * root.widthBytes) : null;
}
