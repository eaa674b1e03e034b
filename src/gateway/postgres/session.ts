import pg from 'pg';
import type { ConnectionOptions } from 'node:tls';
import type { Parameter } from '../../contract/query';
import type { WireFormat } from '../columns/type-map';
import type { Credentials } from '../credentials/credentials';
import { GatewayError } from '../gateway-error';
import { sendCancelRequest } from './cancel-request';
import { connectFailure } from './connect-failure';
import { MessageTap, type RowSink } from './message-tap';
import { fromErrorResponse } from './sqlstate';
import {
  DescribeStatement,
  ExecuteStatement,
  type StatementDescription,
  type StatementName
} from './statement';

export interface SessionOptions {
  /** Options of TLS, or null to go without. */
  readonly tls: ConnectionOptions | null;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

/** A dead peer is noticed by these probes where the network says nothing. */
const KEEP_ALIVE_MS = 30_000;
const IDLE_IN_TRANSACTION_MS = 60_000;
const LOCK_TIMEOUT_MS = 10_000;
const GONE_CLIENT_CHECK = '10s';

/** `pg`'s client with the parts of it that are not in its types. */
interface PgClient extends pg.Client {
  readonly connection: pg.Connection;
  readonly processID: number;
  readonly secretKey: number;
}

/** One read-only physical connection. Runs one statement at a time. */
export class Session {
  /** False once the connection can no longer be used. */
  usable = true;
  private readonly tap: MessageTap;
  private readonly serverAddress: string;
  /** All cancel requests under way: one that comes late would end the next statement. */
  private cancelling: Promise<void> = Promise.resolve();
  private transactionStatus = 'I';

  private constructor(
    private readonly client: PgClient,
    private readonly credentials: Credentials,
    private readonly options: SessionOptions
  ) {
    const { stream } = client.connection;
    this.tap = new MessageTap(stream);
    // A name may stand for several servers; only the one that this session is on knows its process.
    this.serverAddress = ('remoteAddress' in stream && String(stream.remoteAddress)) || credentials.host;
    client.connection.on('readyForQuery', ({ status }: { readonly status: string }) => {
      this.transactionStatus = status;
    });
  }

  /** Connects, checks the server's certificate and makes the session read-only. Throws GatewayError. */
  static async connect(credentials: Credentials, options: SessionOptions): Promise<Session> {
    const client = new pg.Client({
      host: credentials.host,
      port: credentials.port,
      database: credentials.database,
      user: credentials.user,
      password: credentials.password,
      ssl: options.tls ?? false,
      connectionTimeoutMillis: options.connectTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      application_name: 'jupyterlab-replica'
    }) as PgClient;
    let session: Session | null = null;
    client.on('error', () => session?.close());
    client.on('end', () => session?.close());
    try {
      await client.connect();
      await client.query(sessionSettings(options));
    } catch (error) {
      void client.end().catch(() => undefined);
      throw connectFailure(error, credentials);
    }
    session = new Session(client, credentials, options);
    return session;
  }

  /** Where it is connected to. */
  get address(): { readonly host: string; readonly port: number } {
    return this.credentials;
  }

  onNotice(listener: (message: string) => void): () => void {
    const onNotice = ({ message }: { readonly message?: string | undefined }) => listener(message ?? '');
    this.client.on('notice', onNotice);
    return () => this.client.removeListener('notice', onNotice);
  }

  /** Opens a read-only transaction; `label` shows in pg_stat_activity. */
  async begin(label: string): Promise<void> {
    const name = this.client.escapeLiteral(label.slice(0, 63));
    await this.command(`BEGIN TRANSACTION READ ONLY; SET LOCAL application_name = ${name}`);
  }

  /** Ends the transaction, and with it everything the statement has set, locked or prepared. */
  async end(): Promise<void> {
    await this.cancelling;
    const leftTransaction = this.transactionStatus === 'I';
    await this.command('ROLLBACK; SELECT pg_catalog.pg_advisory_unlock_all(); DEALLOCATE ALL');
    if (leftTransaction) {
      // The statement itself ended the transaction: what it has set would outlive it.
      this.close();
    }
  }

  describe(sql: string, name: StatementName = 'user'): Promise<StatementDescription> {
    return this.submit(new DescribeStatement(sql, name));
  }

  /**
   * Runs the statement described last under this name. Rows go to `sink`; what it throws ends the statement in the
   * server and is thrown. Resolves with the command tag.
   */
  async execute(
    parameters: readonly Parameter[],
    formats: readonly WireFormat[],
    sink: RowSink,
    name: StatementName = 'user'
  ): Promise<string> {
    const faults: Error[] = [];
    this.tap.divert(formats.length, sink, error => {
      faults.push(error);
      void this.cancel();
    });
    try {
      const command = await this.submit(
        new ExecuteStatement(name, parameters, formats, () => void this.cancel())
      );
      faults.forEach(raise);
      return command;
    } catch (error) {
      throw faults[0] ?? error;
    } finally {
      this.tap.discard();
      await this.cancelling;
    }
  }

  /** A small catalog query's rows as text. */
  async rows(
    sql: string,
    parameters: readonly Parameter[] = []
  ): Promise<readonly (readonly (string | null)[])[]> {
    const { columns } = await this.describe(sql, 'catalog');
    const formats = (columns ?? []).map((): WireFormat => 'text');
    const rows: (string | null)[][] = [];
    await this.execute(
      parameters,
      formats,
      cells => {
        for (let row = 0; row < cells.rows; row++) {
          rows.push(
            formats.map((_, column) => {
              const cell = row * cells.columns + column;
              const [start, length] = [cells.starts[cell]!, cells.lengths[cell]!];
              return length < 0 ? null : DECODER.decode(cells.bytes.subarray(start, start + length));
            })
          );
        }
      },
      'catalog'
    );
    return rows;
  }

  /**
   * Drops the rows still to come and asks the server to end the statement. The statement's own promise tells when it
   * has; the connection stays usable.
   */
  cancel(): Promise<void> {
    this.tap.discard();
    this.resume();
    const sent = sendCancelRequest({
      address: this.serverAddress,
      host: this.credentials.host,
      port: this.credentials.port,
      processId: this.client.processID,
      secretKey: this.client.secretKey,
      tls: this.options.tls,
      timeoutMs: this.options.connectTimeoutMs
    }).catch(() => this.close());
    this.cancelling = Promise.all([this.cancelling, sent]).then(() => undefined);
    return sent;
  }

  pause(): void {
    this.client.connection.stream.pause();
  }

  resume(): void {
    this.client.connection.stream.resume();
  }

  /** Idempotent. */
  close(): void {
    if (this.usable) {
      this.usable = false;
      void this.client.end().catch(() => undefined);
    }
  }

  private async command(sql: string): Promise<void> {
    try {
      await this.client.query(sql);
    } catch (error) {
      throw this.failure(error);
    }
  }

  private async submit<T>(statement: pg.Submittable & { readonly result: Promise<T> }): Promise<T> {
    this.client.query(statement);
    try {
      return await statement.result;
    } catch (error) {
      throw this.failure(error);
    }
  }

  private failure(error: unknown): GatewayError {
    const known = error instanceof GatewayError ? error : fromErrorResponse(error);
    if (known) {
      return known;
    }
    this.close();
    const { host, port } = this.credentials;
    return new GatewayError(
      'connection-lost',
      `The connection to ${host}:${port} broke.`,
      { subject: `${host}:${port}`, action: 'Run the query again in a moment.' },
      error
    );
  }
}

const DECODER = new TextDecoder();

function raise(error: Error): never {
  throw error;
}

function sessionSettings(options: SessionOptions): string {
  return [
    'SET default_transaction_read_only = on',
    `SET statement_timeout = ${options.statementTimeoutMs}`,
    `SET lock_timeout = ${LOCK_TIMEOUT_MS}`,
    `SET idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`,
    "SET TimeZone = 'UTC'",
    "SET DateStyle = 'ISO, YMD'",
    "SET IntervalStyle = 'postgres'",
    'SET extra_float_digits = 1',
    // A server from version 14 on then notices a client that is gone while it sorts or aggregates.
    `SELECT set_config(name, '${GONE_CLIENT_CHECK}', false) FROM pg_settings WHERE name = 'client_connection_check_interval'`
  ].join('; ');
}
