import { type ExportStatus } from '../../contract/export';

/** Too little is known before. */
const FROM_MS = 2_000;

/** Until the rows that the planner expects are written at the rate so far; null where that says nothing. */
export function remainingMs({
  rowsWritten,
  rowEstimate,
  elapsedMs
}: Pick<ExportStatus, 'rowsWritten' | 'rowEstimate' | 'elapsedMs'>): number | null {
  return rowEstimate !== null && rowsWritten > 0 && rowEstimate > rowsWritten && elapsedMs >= FROM_MS
    ? (elapsedMs * (rowEstimate - rowsWritten)) / rowsWritten
    : null;
}
