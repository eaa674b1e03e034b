import { Signal, type ISignal } from '@lumino/signaling';
import { type Connection } from '../../contract/connection';
import { type ErrorBody } from '../../contract/errors';
import { errorBodyOf } from '../gateway-client/failure';
import { humanDuration } from '../human-numbers';
import { type IReplicaClient } from '../tokens';

export type ConnectionState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly connection: Connection }
  | { readonly kind: 'failed'; readonly error: ErrorBody };

/** What the line at the top says: its dot, its words and its tooltip. */
export interface ConnectionSummary {
  readonly dot: 'loading' | 'good' | 'warning' | 'offline';
  readonly text: string;
  /** Who is connected to which host. */
  readonly who: string;
  readonly lag: string;
  readonly tooltip: string;
}

/** The connection as last read. */
export class ConnectionModel {
  #state: ConnectionState = { kind: 'loading' };
  #reading: Promise<void> | null = null;
  readonly #changed = new Signal<this, void>(this);
  /** Lag from which the replica counts as behind. */
  lagWarningMs = 10_000;

  constructor(private client: Pick<IReplicaClient, 'connection' | 'ofProfile'>) {}

  get state(): ConnectionState {
    return this.#state;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** Looks at another profile's connection from now on. */
  use(profile: string | null): Promise<void> {
    this.client = this.client.ofProfile(profile);
    this.#state = { kind: 'loading' };
    this.#reading = null;
    this.#changed.emit();
    return this.refresh();
  }

  /** Never rejects: a failure is a state. While one answer is awaited no other is asked for. */
  refresh(): Promise<void> {
    return (this.#reading ??= this.#read(this.client));
  }

  async #read(client: Pick<IReplicaClient, 'connection'>): Promise<void> {
    const state = await client.connection().then(
      (connection): ConnectionState => ({ kind: 'ready', connection }),
      (error: unknown): ConnectionState => ({ kind: 'failed', error: errorBodyOf(error) })
    );
    // The answer of a profile that is not in use any more says nothing.
    if (client === this.client) {
      this.#state = state;
      this.#reading = null;
      this.#changed.emit();
    }
  }

  get summary(): ConnectionSummary {
    switch (this.#state.kind) {
      case 'loading':
        return {
          dot: 'loading',
          text: 'Connecting…',
          who: '',
          lag: '',
          tooltip: 'Asking the gateway for the connection'
        };
      case 'failed': {
        const { message, action } = this.#state.error;
        const tooltip = [message, action].filter(Boolean).join('\n');
        return { dot: 'offline', text: 'Offline', who: message, lag: '', tooltip };
      }
      case 'ready':
        return this.#summaryOf(this.#state.connection);
    }
  }

  #summaryOf(connection: Connection): ConnectionSummary {
    const { user, database, host, port, inRecovery, lagMs, serverVersion, tls, credentials } = connection;
    const lag = lagMs === null ? '' : `lag ${lagInWords(lagMs)}`;
    const isBehind = lagMs !== null && lagMs > this.lagWarningMs;
    const tooltip = [
      `${user} on ${database} at ${host}:${port}`,
      `PostgreSQL ${serverVersion}, ${inRecovery ? 'a replica' : 'not a replica: queries load the primary server'}`,
      lagMs !== null && `last change replayed ${lagInWords(lagMs)} ago`,
      `TLS ${tls}`,
      `credentials from ${credentials === 'secrets-manager' ? 'AWS Secrets Manager' : 'the environment'}`
    ];
    return {
      dot: isBehind || !inRecovery ? 'warning' : 'good',
      text: database,
      who: `${user}@${host}`,
      lag,
      tooltip: tooltip.filter(Boolean).join('\n')
    };
  }
}

/** In seconds even where it is less than one: 0.3 s. */
function lagInWords(lagMs: number): string {
  return lagMs < 1_000 ? `${(lagMs / 1_000).toFixed(1)} s` : humanDuration(lagMs);
}
