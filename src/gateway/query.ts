import { contractFields } from './arrow/schema';
import { IpcEncoder } from './arrow/ipc';
import type { Parameter, QueryRequest } from '../contract/query';
import { BatchBuilder, ColumnNotRepresentable } from './columns/batch';
import { TextColumns } from './columns/text-columns';
import { Drain } from './drain';
import { GatewayError } from './gateway-error';
import type { Pool } from './postgres/pool';
import { estimateRows } from './postgres/row-estimate';
import type { Session } from './postgres/session';
import { type ColumnFacts, resultColumns } from './result-columns';
import type { Result } from './results/result';
import { Spool } from './results/spool';
import type { ResultStore } from './results/store';

/** Failures after which a statement is run again, as long as nobody has seen its rows. */
const TRANSIENT = new Set(['replica-conflict', 'connection-lost']);
const ATTEMPTS = 3;
const RETRY_MS = 250;

/** Runs statements on the replica and keeps their rows. */
export class Queries {
  constructor(
    private readonly pool: Pool,
    private readonly facts: ColumnFacts,
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
    const asText = new TextColumns();
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
  private async attempt(result: Result, asText: TextColumns): Promise<void> {
    const { sql, params, origin } = result.request;
    const session = await this.pool.acquire(result.signal);
    const stop = interrupt(session, result);
    try {
      result.running();
      await session.begin(`jupyterlab-replica: ${origin.kind} ${origin.label}`);
      const description = await session.describe(sql);
      checkParameters(description.parameterCount, params.length);
      const { schema, builders, formats } = await resultColumns(
        session,
        this.facts,
        description.columns ?? [],
        asText
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
      const command = await drain.run(params, formats);
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
    const { sql, params } = result.request;
    const rowEstimate = truncated ? await estimateAfterCut(session, sql, params) : null;
    result.done({ command, truncated, rowEstimate });
  }
}

/** About how many rows a cut statement has. A session that cannot tell any more spoils nothing: the rows are stored. */
async function estimateAfterCut(
  session: Session,
  sql: string,
  parameters: readonly Parameter[]
): Promise<number | null> {
  try {
    await session.end();
    await session.begin('jupyterlab-replica: row estimate');
    return await estimateRows(session, sql, parameters);
  } catch {
    return null;
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
  let stopped = false;
  const cancel = async (): Promise<void> => {
    await session.cancel();
    if (!stopped) {
      again = setTimeout(() => void cancel(), CANCEL_AGAIN_MS);
    }
  };
  const onAbort = () => void cancel();
  const stopNotices = session.onNotice(message => result.notice(message));
  result.signal.addEventListener('abort', onAbort);
  return () => {
    stopNotices();
    stopped = true;
    clearTimeout(again);
    result.signal.removeEventListener('abort', onAbort);
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

function mayRunAgain(error: unknown, result: Result, asText: TextColumns, attempt: number): boolean {
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
