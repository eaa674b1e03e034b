import type { ErrorBody } from '../../contract/errors';
import { GatewayError } from '../gateway-error';
import type { Snapshots } from '../snapshots';

/** A program that has joined says so within this time. */
const REPORT_MS = 5_000;

/** A job's snapshot until the program has joined it. */
export class Joining {
  private endedAt: number | null = null;

  constructor(
    private readonly snapshots: Pick<Snapshots, 'status'>,
    private readonly snapshotId: string,
    private readonly now: () => number
  ) {}

  /** Keeps the snapshot alive. Null as long as the program may have joined it; afterwards why it cannot. */
  async tooLate(): Promise<GatewayError | null> {
    const { state, error } = await this.snapshots.status(this.snapshotId);
    if (state === 'open') {
      return null;
    }
    this.endedAt ??= this.now();
    return this.now() - this.endedAt < REPORT_MS ? null : missed(error);
  }
}

/** `error` is null for a snapshot that was released. */
function missed(error: ErrorBody | null): GatewayError {
  const why = error?.message ?? 'The snapshot was released.';
  return new GatewayError(error?.code ?? 'snapshot-ended', `${why} Spark had not joined it by then.`, {
    detail: error?.detail ?? null,
    action:
      'Export again. Where machines take longer to start, raise JUPYTERLAB_REPLICA_SNAPSHOT_MAX_MIN, and stay in a `with db.snapshot()` block until the job writes.'
  });
}
