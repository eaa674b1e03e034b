import { isIP } from 'node:net';
import pg from 'pg';
import type { ConnectionOptions } from 'node:tls';
import type { Parameter } from '../../contract/query';
import type { WireFormat } from '../columns/type-map';
import type { Credentials } from '../credentials/credentials';
import { GatewayError } from '../gateway-error';
import { sendCancelRequest } from './cancel-request';
import { readValidity } from './certificate-validity';
import { connectFailure, isOutOfDate } from './connect-failure';
import type { Cells } from './data-row';
import { MessageTap, type RowSink } from './message-tap';
import type { Portal } from './portal';
import { fromErrorResponse, type StatementEnd } from './sqlstate';
import {
  DescribeStatement,
  ExecuteStatement,
  type StatementDescription,
  type StatementName
} from './statement';
import { REPLAY_STATE, REPLAY_TIME, replayState, type ReplayState } from './replica';
import { beginTransaction, END_TRANSACTION, type Moment, type TransactionSettings } from './transaction';
import { guardWire } from './wire-guard';

export interface SessionOptions extends Pick<TransactionSettings, 'statementTimeoutMs' | 'searchPath'> {
  /** Options of TLS, or null to go without. Read anew for cancel requests too: authorities change while a session is open. */
  readonly tls: () => ConnectionOptions | null;
  /** Whom the statements are run for, in pg_stat_activity. */
  readonly owner?: string;
  readonly connectTimeoutMs: number;
}

/** A dead peer is noticed by these probes where the network says nothing. */
const KEEP_ALIVE_MS = 30_000;
/** A statement that still runs this long after a cancel request is left to the server, and the connection with it. */
const DEAF_MS = 500;
/** Ending a transaction that only reads takes no time; a server that needs longer is not waited for. */
const END_MS = 2_000;
/** What a closed connection gets to say goodbye. */
const LAST_WORDS_MS = 1_000;

/** SQLSTATEs of a server that has or allows no functions of recovery: Aurora lacks some. */
const REPLAY_UNTOLD = new Set(['0A000', '42883', '42501']);

interface ParameterStatus {
  readonly parameterName: string;
  readonly parameterValue: string;
}

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
  /** What the server said when it ended the connection by itself; null where it said nothing. */
  lastWords: GatewayError | null = null;
  private readonly tap: MessageTap;
  /** A name may stand for several servers; this is the one that the session is on. */
  readonly serverAddress: string;
  /** All cancel requests under way: one that comes late would end the next statement. */
  private cancelling: Promise<void> = Promise.resolve();
  /** Resolves when the connection is closed: nobody need wait for its cancel requests any more. */
  private readonly gone: Promise<void>;
  private leave: () => void = () => undefined;
  private deaf: NodeJS.Timeout | null = null;
  private transactionStatus = 'I';
  private tellsReplay = true;
  /** A cancel request was made for the statement that runs or has run last. */
  private stopped = false;

  private constructor(
    private readonly client: PgClient,
    private readonly credentials: Credentials,
    private readonly options: SessionOptions,
    private readonly majorVersion: number | null
  ) {
    this.gone = new Promise(resolve => (this.leave = resolve));
    const { stream } = client.connection;
    this.tap = new MessageTap(stream);
    // A Unix socket has no address but that of the credentials.
    this.serverAddress =
      'remoteAddress' in stream && typeof stream.remoteAddress === 'string'
        ? stream.remoteAddress
        : credentials.host;
    client.connection.on('readyForQuery', ({ status }: { readonly status: string }) => {
      this.transactionStatus = status;
    });
  }

  /**
   * Connects and checks the server's certificate; no statement is run. `address` names one of the servers that the
   * credentials' host stands for. Throws GatewayError.
   */
  static async connect(
    credentials: Credentials,
    options: SessionOptions,
    address = credentials.host
  ): Promise<Session> {
    const { host } = credentials;
    const tls = options.tls();
    const client = new pg.Client({
      host: address,
      port: credentials.port,
      database: credentials.database,
      user: credentials.user,
      password: credentials.password,
      // Whatever the address, the certificate must carry the name. SNI must not be an IP address (RFC 6066, section 3).
      ssl: tls ? { ...tls, host, ...(isIP(host) === 0 ? { servername: host } : {}) } : false,
      connectionTimeoutMillis: options.connectTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      application_name: 'jupyterlab-replica'
    }) as PgClient;
    let session: Session | null = null;
    let majorVersion: number | null = null;
    client.on('error', error => session?.ended(error));
    client.on('end', () => session?.close());
    client.connection.on('parameterStatus', ({ parameterName, parameterValue }: ParameterStatus) => {
      if (parameterName === 'server_version') {
        majorVersion = Number.parseInt(parameterValue) || null;
      }
    });
    const loggedIn = guardWire(client.connection, tls !== null);
    try {
      await client.connect();
    } catch (error) {
      client.connection.stream.destroy();
      const { port } = credentials;
      const place = { address, host, port, tls, timeoutMs: options.connectTimeoutMs };
      throw connectFailure(error, credentials, isOutOfDate(error) ? await readValidity(place) : null);
    }
    loggedIn();
    session = new Session(client, credentials, options, majorVersion);
    return session;
  }

  /** The user that the database knows. */
  get user(): string {
    return this.credentials.user;
  }

  /** One round trip: false, and closed, when the server does not answer within `withinMs`. */
  async answers(withinMs: number): Promise<boolean> {
    try {
      await this.command('', withinMs);
      return this.usable;
    } catch {
      this.close();
      return false;
    }
  }

  /** Where it is connected to. */
  get address(): { readonly host: string; readonly port: number } {
    const { host, port } = this.credentials;
    return { host, port };
  }

  onNotice(listener: (message: string) => void): () => void {
    const onNotice = ({ message }: { readonly message?: string | undefined }) => listener(message ?? '');
    this.client.on('notice', onNotice);
    return () => this.client.removeListener('notice', onNotice);
  }

  /** Opens a read-only transaction and gives what it sees; `label` shows in pg_stat_activity. */
  async begin(label: string, moment: Moment | null = null): Promise<ReplayState> {
    const { statementTimeoutMs, connectTimeoutMs, owner, searchPath } = this.options;
    const { majorVersion } = this;
    const applicationName = owner ? `${owner}@${label}` : label;
    const sql = beginTransaction({ applicationName, statementTimeoutMs, majorVersion, moment, searchPath });
    const ask = (question: string) => this.ask(`${sql}; ${question}`, connectTimeoutMs);
    if (this.tellsReplay) {
      try {
        return await ask(REPLAY_STATE);
      } catch (error) {
        if (!(error instanceof GatewayError) || !REPLAY_UNTOLD.has(error.body.sqlstate ?? '')) {
          throw error;
        }
        this.tellsReplay = false;
        await this.command('ROLLBACK', connectTimeoutMs);
      }
    }
    return ask(REPLAY_TIME);
  }

  /** Ends the transaction, and with it everything the statement has set, locked or prepared. */
  async end(): Promise<void> {
    await this.cancelled();
    const leftTransaction = this.transactionStatus === 'I';
    await this.command(END_TRANSACTION, END_MS);
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
    const cancel = () => void this.cancel();
    return this.receive(formats.length, sink, new ExecuteStatement(name, parameters, formats, cancel));
  }

  /** Up to `rows` more rows of a portal, as `execute` otherwise; `portal.suspended` tells whether others follow. */
  fetch(portal: Portal, rows: number, sink: RowSink): Promise<string> {
    return this.receive(
      portal.formats.length,
      sink,
      portal.next(rows, () => void this.cancel())
    );
  }

  private async receive(columns: number, sink: RowSink, statement: ExecuteStatement): Promise<string> {
    const faults: Error[] = [];
    this.tap.divert(columns, sink, error => {
      faults.push(error);
      void this.cancel();
    });
    try {
      const command = await this.submit(statement);
      faults.forEach(raise);
      if (this.stopped) {
        // The server was done before the request came, but rows that had not been read by then were dropped.
        throw new GatewayError('cancelled', 'The statement was stopped while its rows were read.', {
          action: 'Run the query again when you want its rows.'
        });
      }
      return command;
    } catch (error) {
      throw faults[0] ?? error;
    } finally {
      this.tap.discard();
      await this.cancelled();
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
    await this.execute(parameters, formats, cells => rows.push(...texts(cells)), 'catalog');
    return rows;
  }

  /**
   * Drops the rows still to come and asks the server to end the statement. The statement's own promise tells when it
   * has; the connection stays usable, unless the server does not react.
   */
  cancel(): Promise<void> {
    this.stopped = true;
    this.tap.discard();
    this.resume();
    this.deaf ??= setTimeout(() => this.close(), DEAF_MS);
    const sent = this.askToCancel().catch(() => this.close());
    this.cancelling = Promise.all([this.cancelling, sent]).then(() => undefined);
    return sent;
  }

  private async askToCancel(): Promise<void> {
    await sendCancelRequest({
      address: this.serverAddress,
      ...this.address,
      processId: this.client.processID,
      secretKey: this.client.secretKey,
      tls: this.options.tls(),
      timeoutMs: this.options.connectTimeoutMs
    });
  }

  pause(): void {
    this.tap.pause();
  }

  resume(): void {
    this.tap.resume();
  }

  /** Idempotent. */
  close(): void {
    if (this.usable) {
      this.usable = false;
      this.leave();
      this.heard();
      void this.client.end().catch(() => undefined);
      const { stream } = this.client.connection;
      setTimeout(() => stream.destroy(), LAST_WORDS_MS).unref();
    }
  }

  private ended(error: unknown): void {
    this.lastWords ??= fromErrorResponse(error);
    this.close();
  }

  /** Runs statements of which one asks for the state of replay. */
  private async ask(sql: string, withinMs: number): Promise<ReplayState> {
    const rows: (string | null)[][] = [];
    this.tap.divert(REPLAY_COLUMNS, cells => rows.push(...texts(cells)), raise);
    try {
      await this.command(sql, withinMs);
      return replayState(rows.at(-1) ?? []);
    } finally {
      this.tap.discard();
    }
  }

  private async command(sql: string, withinMs: number): Promise<void> {
    const late = setTimeout(() => this.close(), withinMs);
    try {
      await this.client.query(sql);
    } catch (error) {
      throw this.failure(error);
    } finally {
      clearTimeout(late);
      this.heard();
    }
  }

  /** The server has said something definite: it is not deaf. */
  private heard(): void {
    if (this.deaf) {
      clearTimeout(this.deaf);
      this.deaf = null;
    }
  }

  /** All cancel requests have arrived, or the connection is closed and they concern nobody. */
  private cancelled(): Promise<void> {
    return Promise.race([this.cancelling, this.gone]);
  }

  private async submit<T>(statement: pg.Submittable & { readonly result: Promise<T> }): Promise<T> {
    this.stopped = false;
    const started = performance.now();
    this.client.query(statement);
    try {
      return await statement.result;
    } catch (error) {
      const { statementTimeoutMs } = this.options;
      const late = statementTimeoutMs > 0 && performance.now() - started >= statementTimeoutMs;
      throw this.failure(error, { cancelled: this.stopped, late });
    } finally {
      this.heard();
    }
  }

  private failure(error: unknown, end?: StatementEnd): GatewayError {
    const known = error instanceof GatewayError ? error : fromErrorResponse(error, end);
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
const REPLAY_COLUMNS = 4;

function texts({ rows, columns, starts, lengths, bytes }: Cells): (string | null)[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => {
      const cell = row * columns + column;
      const [start, length] = [starts[cell]!, lengths[cell]!];
      return length < 0 ? null : DECODER.decode(bytes.subarray(start, start + length));
    })
  );
}

function raise(error: Error): never {
  throw error;
}
