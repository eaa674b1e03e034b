import { contractFields } from './arrow/schema';
import { IpcEncoder } from './arrow/ipc';
import type { Parameter, QueryRequest } from '../contract/query';
import { columnFailure } from './column-failure';
import { BatchBuilder, ColumnNotRepresentable } from './columns/batch';
import { TextColumns } from './columns/text-columns';
import { Drain } from './drain';
import type { FrozenView } from './frozen-view';
import { GatewayError } from './gateway-error';
import { isInvalidText, namingColumn } from './invalid-text';
import { type SharedRead, SharedReads } from './parallel/shared-read';
import type { ParallelLimits } from './parallel/wish';
import { cancelOn } from './postgres/cancel-on';
import { rowsOfTag } from './postgres/command-tag';
import type { Pool } from './postgres/pool';
import { Portal } from './postgres/portal';
import { estimate } from './postgres/row-estimate';
import type { Session } from './postgres/session';
import type { Moment } from './postgres/transaction';
import { type ColumnFacts, type ResultColumns, resultColumns } from './result-columns';
import type { Result } from './results/result';
import { RowRelay } from './results/row-relay';
import { Spool } from './results/spool';
import { SpoolWindow } from './results/spool-window';
import type { ResultStore } from './results/store';
import type { Snapshots } from './snapshots';
import { drainThroughWindow } from './windowed-drain';

/** Failures after which a statement is run again, as long as nobody has handed its rows on. */
const TRANSIENT = new Set(['replica-conflict', 'connection-lost']);
const ATTEMPTS = 3;
const RETRY_MS = 250;
/** An open transaction on the replica holds back cleaning on the primary where the two tell each other. */
const READER_PAUSE_MS = 10 * 60_000;
/** What the server waits beyond that, for when the gateway does not. */
const SERVER_PATIENCE_MS = 60_000;

/** How the next attempt differs from the first; what it has learned only grows, which bounds the attempts. */
interface Manner {
  /** Columns that arrive as PostgreSQL's text. */
  readonly asText: TextColumns;
  /** Rows go through a window that is given up as it is read, since all of them are more than may be stored. */
  windowed: boolean;
}

/** Runs statements on the replica and keeps their rows. */
export class Queries {
  private readonly sharedReads: SharedReads;

  constructor(
    private readonly pool: Pool,
    private readonly facts: ColumnFacts,
    private readonly store: ResultStore,
    limits: ParallelLimits,
    private readonly snapshots: Pick<Snapshots, 'find'>,
    /** A statement that is read through a window is ended when its reader pauses this long. */
    private readonly readerPauseMs = READER_PAUSE_MS
  ) {
    this.sharedReads = new SharedReads(pool, facts, store, limits);
  }

  /** Starts a query; it goes on by itself. */
  start(request: QueryRequest): Result {
    const result = this.store.add(request);
    this.run(result).catch((error: unknown) => result.failed(error));
    return result;
  }

  /** Runs until the statement ended well, or failed in a way that running it again cannot mend. */
  private async run(result: Result): Promise<void> {
    checkText(result.request.sql);
    const manner: Manner = { asText: new TextColumns(), windowed: false };
    for (let attempt = 1; ; attempt++) {
      let waitMs: number;
      try {
        return await this.attempt(result, manner);
      } catch (error) {
        const failure = result.signal.aborted ? CANCELLED : error;
        if (!mayRunAgain(failure, result, manner, attempt)) {
          throw columnFailure(failure, result);
        }
        waitMs = waitBeforeNext(failure, attempt);
      }
      await result.restart();
      await new Promise(resolve => setTimeout(resolve, waitMs));
    }
  }

  /** THE PATH: wire → columns → Arrow → spool. */
  private async attempt(result: Result, manner: Manner): Promise<void> {
    const { sql, params } = result.request;
    const view = this.viewOf(result);
    const session = await this.pool.acquire(result.signal, result.claim, view?.serverAddress);
    result.databaseUser = session.user;
    const stop = interrupt(session, result);
    let shared: SharedRead | null = null;
    try {
      result.running();
      const moment = await this.begin(session, result, view);
      manner.windowed ||= await this.needsWindow(session, result, view);
      const description = await session.describe(sql);
      checkParameters(description.parameterCount, params.length);
      const columns = await resultColumns(session, this.facts, description.columns ?? [], manner.asText);
      shared = await this.sharedReads.prepare(session, labelOf(result), result, description.columns ?? [], {
        ...manner,
        moment
      });
      const outcome = manner.windowed
        ? await this.drainWindow(session, result, columns)
        : await this.drainAll(session, result, columns, shared);
      // A Stop may have come when the server was done already.
      result.signal.throwIfAborted();
      await this.conclude(session, result, outcome);
    } catch (error) {
      if (!isInvalidText(error)) {
        throw error;
      }
      await shared?.dismiss();
      throw await namingColumn(error, session, result.request, () => this.begin(session, result, view));
    } finally {
      stop();
      await shared?.dismiss();
      await session.end().catch(() => session.close());
      this.pool.release(session);
    }
  }

  /** The frozen view that the request names. */
  private viewOf({ request }: Result): FrozenView | null {
    return request.snapshot === null ? null : this.snapshots.find(request.snapshot, this.pool);
  }

  /** Opens the transaction; the moment that it was told to see is null where its reads decide. */
  private async begin(session: Session, result: Result, view: FrozenView | null): Promise<Moment | null> {
    if (view) {
      const moment = await view.enter(session, labelOf(result));
      result.sees(view.replay);
      return moment;
    }
    const shared = this.sharedReads.momentFor(result);
    result.sees(await session.begin(labelOf(result), shared ?? momentOfItsOwn(result)));
    return null;
  }

  /** Stores all rows. */
  private async drainAll(
    session: Session,
    result: Result,
    columns: ResultColumns,
    shared: SharedRead | null
  ): Promise<Outcome> {
    const { schema, builders, formats } = columns;
    const { params, rowLimit } = result.request;
    const encoder = new IpcEncoder(schema);
    const { create } = result.request.readOnce ? RowRelay : Spool;
    const spool = await create(this.store.pathFor(result), schema, () => result.grown());
    result.described(contractFields(schema), spool);
    result.signal.throwIfAborted();
    if (shared) {
      return { command: await shared.run(columns, encoder, spool), truncated: false };
    }
    const builder = new BatchBuilder(schema, builders);
    const drain = new Drain(session, { builder, encoder, spool, rowLimit: rowLimit ?? Infinity }, this.store);
    const command = await drain.run(async sink => {
      const tag = await session.execute(params, formats, sink);
      checkRows(tag, drain);
      return tag;
    });
    return { command, truncated: drain.truncated };
  }

  /** Stores rows for as long as their one reader has not read them. */
  private async drainWindow(session: Session, result: Result, columns: ResultColumns): Promise<Outcome> {
    const { schema, builders, formats } = columns;
    const { params, rowLimit } = result.request;
    const window = new SpoolWindow(schema);
    result.described(contractFields(schema), window);
    result.signal.throwIfAborted();
    // A row limit of Execute makes the server run a parallel plan in one process: better a plan made for one.
    await session.rows(
      `SELECT set_config('max_parallel_workers_per_gather', '0', true),
        set_config('idle_in_transaction_session_timeout', $1, true)`,
      [String(this.readerPauseMs + SERVER_PATIENCE_MS)]
    );
    const statement = {
      portal: new Portal(params, formats),
      window,
      builder: new BatchBuilder(schema, builders),
      encoder: new IpcEncoder(schema),
      rowLimit: rowLimit ?? Infinity,
      readerPauseMs: this.readerPauseMs
    };
    return drainThroughWindow(session, statement, result, this.store);
  }

  /** Whether more than may be stored is wished for or expected by the planner, by a reader that can do with less. */
  private async needsWindow(session: Session, result: Result, view: FrozenView | null): Promise<boolean> {
    const { request } = result;
    if (!request.readOnce || request.rowLimit !== null) {
      return false;
    }
    if (request.readersPace) {
      // Its reader hands rows on, so that another attempt could not mend what the planner got wrong.
      return true;
    }
    const expected = await estimate(session, request.sql, request.params);
    if (!expected) {
      await session.end();
      await this.begin(session, result, view);
      return false;
    }
    return expected.rows * expected.widthBytes > this.store.budgetBytes;
  }

  /** A cut result says about how many rows there are in all. */
  private async conclude(session: Session, result: Result, { command, truncated }: Outcome): Promise<void> {
    const { sql, params } = result.request;
    const rowEstimate = truncated ? await estimateAfterCut(session, sql, params) : null;
    result.done({ command, truncated, rowEstimate });
    // The rows are there all the same; they only go with this gateway.
    await this.store.keep(result).catch(() => result.notice('The result cannot be kept over a restart.'));
  }
}

/** What an export writes is of exactly the state that its manifest names. */
function momentOfItsOwn({ request: { origin } }: Result): Moment | null {
  return origin.kind === 'export' ? { exported: null } : null;
}

/** Shows in pg_stat_activity. */
function labelOf({ request: { origin } }: Result): string {
  return `jupyterlab-replica: ${origin.kind} ${origin.label}`;
}

interface Outcome {
  readonly command: string;
  readonly truncated: boolean;
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
    return (await estimate(session, sql, parameters))?.rows ?? null;
  } catch {
    return null;
  }
}

const CANCELLED = new GatewayError('cancelled', 'The query was stopped.', {
  action: 'Run it again when you want its rows.'
});

/** Ends the statement in the server when the result's signal says so. */
function interrupt(session: Session, result: Result): () => void {
  const stopNotices = session.onNotice(message => result.notice(message));
  const stopCancelling = cancelOn(result.signal, session);
  return () => {
    stopNotices();
    stopCancelling();
  };
}

/** The protocol ends a statement's text with a zero byte. */
function checkText(sql: string): void {
  const at = sql.indexOf('\0');
  if (at >= 0) {
    throw new GatewayError('bad-request', `The statement has a NUL character at position ${at + 1}.`, {
      action: 'Remove it; PostgreSQL has no text with NUL in it.'
    });
  }
}

/** Before the rows are told as complete to those who follow them. */
function checkRows(command: string, { rows, truncated }: Drain): void {
  const sent = rowsOfTag(command);
  if (!truncated && sent !== null && sent !== rows) {
    throw new GatewayError('internal', `The server sent ${sent} rows but ${rows} arrived.`, {
      action: 'Run the query again; if it happens again, report it.'
    });
  }
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

/**
 * Readers begin again by themselves: the grid and Python, who see another generation, and exports, whose upload is
 * aborted. Only rows of a stream that its reader has handed on cannot be taken back.
 */
function mayRunAgain(error: unknown, result: Result, manner: Manner, attempt: number): boolean {
  if (result.streams > 0 || result.signal.aborted) {
    return false;
  }
  if (error instanceof ColumnNotRepresentable && !manner.asText.has(error.column)) {
    manner.asText.add(error.column);
    return true;
  }
  if (!(error instanceof GatewayError)) {
    return false;
  }
  if (error.code === 'result-too-large' && result.request.readOnce && !manner.windowed) {
    manner.windowed = true;
    return true;
  }
  return TRANSIENT.has(error.code) && attempt < ATTEMPTS;
}

/** Replay needs its time after a conflict; a connection that the network has forgotten is replaced at once, the first time. */
function waitBeforeNext(error: unknown, attempt: number): number {
  if (!(error instanceof GatewayError)) {
    return 0;
  }
  return RETRY_MS * (error.code === 'replica-conflict' ? attempt : attempt - 1);
}
