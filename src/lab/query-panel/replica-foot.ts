import { type Connection } from '../../contract/connection';
import { humanDuration } from '../human-numbers';
import { type IReplicaClient } from '../tokens';
import { type QueryModel } from './query-model';

/** An answer is good for so long: the foot is asked with each run. */
const FRESH_MS = 10_000;

/** Who is connected to what, and how far the replica lags, asked for when a statement has ended. Never polls. */
export class ReplicaFoot {
  readonly node = document.createElement('span');
  private known: Connection | null = null;
  private askedAt = -Infinity;
  private wasRunning = false;
  /** When the statement that is shown began. */
  private asOf: string | null = null;

  constructor(
    private readonly client: Pick<IReplicaClient, 'connection'>,
    private readonly model: QueryModel
  ) {
    this.node.className = 'jp-ReplicaQuery-foot';
    model.changed.connect(this.look, this);
  }

  /** The database user, once it is known. */
  get user(): string | null {
    return this.known?.user ?? null;
  }

  private look(): void {
    const { isRunning, state } = this.model;
    const ended = this.wasRunning && !isRunning && state.kind !== 'empty';
    this.wasRunning = isRunning;
    if (!ended) {
      return;
    }
    this.asOf = 'status' in state && state.status ? timeOfDay(state.status.startedAt) : null;
    this.write();
    if (performance.now() - this.askedAt > FRESH_MS) {
      this.askedAt = performance.now();
      this.client.connection().then(
        connection => {
          this.known = connection;
          this.write();
        },
        // A server that does not answer is told by the statement itself.
        () => undefined
      );
    }
  }

  private write(): void {
    const { known, asOf } = this;
    this.node.textContent = [...(asOf ? [`as of ${asOf}`] : []), ...(known ? [summary(known)] : [])].join(
      ' · '
    );
    this.node.title = known
      ? `${known.user} at ${known.host}:${known.port}, PostgreSQL ${known.serverVersion}`
      : '';
  }
}

const timeOfDay = (iso: string): string => new Date(iso).toLocaleTimeString('en-GB');

function summary({ database, inRecovery, lagMs }: Connection): string {
  if (!inRecovery) {
    return `${database} · primary`;
  }
  return lagMs === null ? `${database} · replica` : `${database} · lag ${humanDuration(lagMs)}`;
}
