import { type ExportStatus } from '../../contract/export';
import { exactCount, humanBytes, humanCount, humanDuration } from '../human-numbers';
import { remainingMs } from './remaining';

/** How far an export that runs has come, in short: `64 % · 12 MB/s · about 2 min left`. */
export function shortProgress(status: ExportStatus): string {
  const { rowsWritten, rowEstimate, bytes, phase } = status;
  const share = rowEstimate !== null && rowEstimate > 0 ? rowsWritten / rowEstimate : null;
  const left = remainingMs(status);
  return [
    // An estimate that was too low says no more.
    isCountedLater(status)
      ? null
      : share === null || share >= 1
        ? `${humanCount(rowsWritten)} rows`
        : `${Math.floor(100 * share)} %`,
    share === null && bytes > 0 ? humanBytes(bytes) : null,
    rate(status),
    left === null ? null : `about ${humanDuration(left)} left`,
    phase !== null && phase !== 'writing' && phase !== 'checking' ? phase : null
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The same in exact numbers. */
export function longProgress(status: ExportStatus): string {
  const { rowsRead, rowsWritten, bytes, elapsedMs, phase } = status;
  const left = remainingMs(status);
  const counts = [
    `${exactCount(rowsWritten)} of ${exactCount(rowsRead)} rows read`,
    `${humanBytes(bytes)} sent`
  ];
  return [
    ...(isCountedLater(status) ? [phase] : counts),
    rate(status),
    humanDuration(elapsedMs),
    left === null ? null : `about ${humanDuration(left)} left`
  ]
    .filter(Boolean)
    .join(', ');
}

/** Spark counts rows once all are written. */
function isCountedLater({ rowsWritten, phase }: ExportStatus): boolean {
  return rowsWritten === 0 && phase !== null && phase.startsWith('Spark: ');
}

/** Bytes that reached S3 a second, on average; null before any have. */
function rate({ bytes, elapsedMs }: ExportStatus): string | null {
  return bytes > 0 && elapsedMs >= 1_000 ? `${humanBytes(Math.round((1_000 * bytes) / elapsedMs))}/s` : null;
}

/** `4,213,880 rows, 371 MB, 1 min 12 s` */
export function summaryOf({ rowsWritten, bytes, elapsedMs }: ExportStatus): string {
  const rows = rowsWritten === 1 ? '1 row' : `${exactCount(rowsWritten)} rows`;
  return `${rows}, ${humanBytes(bytes)}, ${humanDuration(elapsedMs)}`;
}
