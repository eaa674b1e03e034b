import { arrowSchema, contractFields } from './arrow/schema';
import { IpcEncoder } from './arrow/ipc';
import type { Parameter, QueryRequest } from '../contract/query';
import { BatchBuilder, ColumnNotRepresentable } from './columns/batch';
import { mappingFor, type WireFormat } from './columns/type-map';
import { GatewayError } from './gateway-error';
import type { Cells } from './postgres/data-row';
import type { Pool } from './postgres/pool';
import { estimateRows } from './postgres/row-estimate';
import type { Session } from './postgres/session';
import type { TypeNames } from './postgres/type-names';
import type { Result } from './results/result';
import { Spool } from './results/spool';
import { Spooler } from './results/spooler';
import type { ResultStore } from './results/store';

/** Failures after which a statement is run again, as long as nobody has seen its rows. */
const TRANSIENT = new Set(['replica-conflict', 'connection-lost']);
const ATTEMPTS = 3;
const RETRY_MS = 250;

/** Runs statements on the replica and keeps their rows. */
export class Queries {
  constructor(
    private readonly pool: Pool,
    private readonly types: TypeNames,
    private readonly store: ResultStore
  ) {}

  /** Starts a query; it goes on by itself. */
  start(request: QueryRequest): Result {
    const result = this.store.add(request);
    this.run(result).catch((error: unknown) => result.failed(error));
    return result;
  }

  /** Runs until the statement ended well, or failed in a way that running it again cannot mend. */
  private async run(result: Result): Promise<void> {
    const asText = new Set<number>();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(result, asText);
      } catch (error) {
        const failure = result.signal.aborted ? CANCELLED : error;
        if (!mayRunAgain(failure, result, asText, attempt)) {
          throw failure instanceof ColumnNotRepresentable ? notRepresentable(failure, result) : failure;
        }
      }
      await result.restart();
      await new Promise(resolve => setTimeout(resolve, RETRY_MS * (attempt - 1)));
    }
  }

  /** THE PATH: wire → columns → Arrow → spool. Columns in `asText` arrive as PostgreSQL's text. */
  private async attempt(result: Result, asText: ReadonlySet<number>): Promise<void> {
    const { sql, params, origin } = result.request;
    const session = await this.pool.acquire(result.signal);
    const stop = interrupt(session, result);
    try {
      result.running();
      await session.begin(`jupyterlab-replica: ${origin.kind} ${origin.label}`);
      const description = await session.describe(sql);
      checkParameters(description.parameterCount, params.length);
      const columns = description.columns ?? [];
      const types = await this.types.of(session, columns);
      const mappings = columns.map(({ oid }, index) => mappingFor(oid, asText.has(index)));
      const builders = mappings.map(({ builder }, index) => builder(columns[index]!.typmod));
      const schema = arrowSchema(
        columns.map(({ name }, index) => ({ name, type: types[index]! })),
        builders
      );
      const encoder = new IpcEncoder(schema);
      const spool = await Spool.create(this.store.pathFor(result), schema, () => result.grown());
      result.described(contractFields(schema), spool);
      result.signal.throwIfAborted();
      const drain = new Drain(
        session,
        new BatchBuilder(schema, builders),
        encoder,
        spool,
        result,
        this.store
      );
      const command = await drain.run(
        params,
        mappings.map(({ format }) => format)
      );
      await this.conclude(session, result, command, drain.truncated);
    } finally {
      stop();
      await session.end().catch(() => session.close());
      this.pool.release(session);
    }
  }

  /** A cut result says about how many rows there are in all. */
  private async conclude(
    session: Session,
    result: Result,
    command: string,
    truncated: boolean
  ): Promise<void> {
    let rowEstimate: number | null = null;
    if (truncated) {
      await session.end();
      await session.begin('jupyterlab-replica: row estimate');
      rowEstimate = await estimateRows(session, result.request.sql, result.request.params);
    }
    result.done({ command, truncated, rowEstimate });
  }
}

/** Reads one statement's rows as fast as the server sends them, up to the row limit. */
class Drain {
  truncated = false;
  private failure: unknown = null;
  private readonly spooler: Spooler;
  private readonly limit: number;

  constructor(
    private readonly session: Session,
    builder: BatchBuilder,
    encoder: IpcEncoder,
    spool: Spool,
    result: Result,
    store: ResultStore
  ) {
    this.limit = result.request.rowLimit ?? Infinity;
    this.spooler = new Spooler(builder, encoder, spool, {
      pause: () => session.pause(),
      resume: () => session.resume(),
      fail: error => this.fail(error),
      reserve: bytes => store.reserve(bytes)
    });
  }

  /** Resolves with the command tag once all rows are stored. */
  async run(parameters: readonly Parameter[], formats: readonly WireFormat[]): Promise<string> {
    let command = '';
    try {
      command = await this.session.execute(parameters, formats, cells => this.take(cells));
    } catch (error) {
      if (!this.truncated || this.failure) {
        this.spooler.abandon();
        throw this.failure ?? error;
      }
    }
    await this.spooler.finish();
    if (this.failure) {
      throw this.failure;
    }
    return this.truncated ? `SELECT ${this.spooler.rows}` : command;
  }

  private take(cells: Cells): void {
    const room = this.limit - this.spooler.rows;
    if (cells.rows > room) {
      // One row more than asked for exists: the result is cut here, and the server need not go on.
      this.truncated = true;
      cells.rows = room;
      void this.session.cancel();
    }
    if (cells.rows > 0) {
      this.spooler.take(cells);
    }
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    void this.session.cancel();
  }
}

const CANCELLED = new GatewayError('cancelled', 'The query was stopped.', {
  action: 'Run it again when you want its rows.'
});

/** A cancel request that finds the backend between two messages has no effect, so it is sent again. */
const CANCEL_AGAIN_MS = 250;

/** Ends the statement in the server when the result's signal says so. */
function interrupt(session: Session, result: Result): () => void {
  let again: NodeJS.Timeout | undefined;
  const cancel = () => {
    void session.cancel();
    again = setInterval(() => void session.cancel(), CANCEL_AGAIN_MS);
  };
  const stopNotices = session.onNotice(message => result.notice(message));
  result.signal.addEventListener('abort', cancel);
  return () => {
    stopNotices();
    clearInterval(again);
    result.signal.removeEventListener('abort', cancel);
  };
}

function checkParameters(wanted: number, given: number): void {
  if (wanted !== given) {
    throw new GatewayError(
      'bad-request',
      `The statement has ${wanted} parameters, but ${given} values were given.`,
      { action: wanted > 0 ? `Give a value for each of $1 to $${wanted}.` : 'Leave the values out.' }
    );
  }
}

function mayRunAgain(error: unknown, result: Result, asText: Set<number>, attempt: number): boolean {
  if (result.delivered || result.signal.aborted) {
    return false;
  }
  if (error instanceof ColumnNotRepresentable && !asText.has(error.column)) {
    asText.add(error.column);
    return true;
  }
  return error instanceof GatewayError && TRANSIENT.has(error.code) && attempt < ATTEMPTS;
}

function notRepresentable({ column, value }: ColumnNotRepresentable, result: Result): GatewayError {
  const field = result.status().fields?.[column];
  const name = field?.name ?? `column ${column + 1}`;
  return new GatewayError(
    'value-not-representable',
    `${value} in column ${name} has no exact place in the type ${field?.arrow ?? ''} that rows already delivered have.`,
    { subject: name, action: `Cast the column: ${name}::text, or ${name}::double precision.` }
  );
}
