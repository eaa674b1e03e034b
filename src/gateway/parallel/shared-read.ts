import type { ParallelRefusal } from '../../contract/query';
import type { IpcEncoder } from '../arrow/ipc';
import { BatchBuilder } from '../columns/batch';
import type { TextColumns } from '../columns/text-columns';
import type { Pool } from '../postgres/pool';
import type { Session } from '../postgres/session';
import type { ColumnDescription } from '../postgres/statement';
import type { Moment } from '../postgres/transaction';
import { type ColumnFacts, type ResultColumns, resultColumns } from '../result-columns';
import type { Result } from '../results/result';
import type { BatchSink } from '../results/row-stream';
import type { Flow } from '../results/spooler';
import type { ResultStore } from '../results/store';
import { AnyOrder } from './any-order';
import { RangeScan } from './range-scan';
import { type BlockRange, blockRanges } from './ranges';
import { refusedRead } from './refusal';
import { scannedTable } from './table';
import { gatherTeam, type Team } from './team';
import { InOrder } from './in-order';
import { type ParallelLimits, type ParallelWish, parallelWish } from './wish';

/** One read of a whole table by several sessions, ready to start. */
export interface SharedRead {
  /** Resolves with a command tag once all rows are stored in `spool`; `columns` are those of the leader. */
  run(columns: ResultColumns, encoder: IpcEncoder, spool: BatchSink): Promise<string>;
  /** Gives all sessions but the leader's back. Idempotent. */
  dismiss(): Promise<void>;
}

/** How the statement is to be read this time. */
export interface ReadingManner {
  /** Columns that arrive as PostgreSQL's text. */
  readonly asText: TextColumns;
  /** Rows are given up as they are read, which asks for one order and one pace. */
  readonly windowed: boolean;
  /** What the leader's transaction was told to see; null where that is for its reads to decide. */
  readonly moment: Moment | null;
}

/** Decides which reads several connections share, and lets them. */
export class SharedReads {
  constructor(
    private readonly pool: Pool,
    private readonly facts: ColumnFacts,
    private readonly store: ResultStore,
    private readonly limits: ParallelLimits
  ) {}

  /** What the leader's transaction must see: a moment that it can share, where several sessions may read. */
  momentFor({ request }: Result): Moment | null {
    return isWish(parallelWish(request, this.limits)) ? { exported: null } : null;
  }

  /**
   * A shared read of the statement that `leader` has described with these columns; null when it is to be read by `leader` alone.
   * The result's status tells which and why. Throws GatewayError `bad-request` when a shared read is required and cannot be had.
   */
  async prepare(
    leader: Session,
    label: string,
    result: Result,
    columns: readonly ColumnDescription[],
    manner: ReadingManner
  ): Promise<SharedRead | null> {
    const plan = await this.plan(leader, label, result, columns, manner);
    if (plan === null || typeof plan === 'string') {
      if (plan && result.request.parallel?.required) {
        throw refusedRead(plan);
      }
      result.shared(plan && { connections: 1, refusal: plan });
      return null;
    }
    const { sessions, dismiss } = plan.team;
    result.shared({ connections: sessions.length, refusal: null });
    const ownBuilders = async (session: Session) =>
      (await resultColumns(session, this.facts, columns, manner.asText)).builders;
    return {
      run: (leaderColumns, encoder, spool) =>
        this.read(plan, result, leaderColumns, ownBuilders, encoder, spool),
      dismiss: async () => void (await Promise.all(sessions.map(dismiss)))
    };
  }

  private async plan(
    leader: Session,
    label: string,
    result: Result,
    columns: readonly ColumnDescription[],
    { windowed, moment }: ReadingManner
  ): Promise<Plan | ParallelRefusal | null> {
    const wish = parallelWish(result.request, this.limits);
    if (!isWish(wish)) {
      return wish;
    }
    if (windowed) {
      return result.request.readersPace && !result.request.parallel ? null : 'too-large';
    }
    const table = await scannedTable(leader, columns, wish.minimumBytes);
    if (typeof table === 'string') {
      return table;
    }
    const { pool } = this;
    const team = await gatherTeam({ pool, leader, wish, columns, label, signal: result.signal });
    if (team === 'snapshot') {
      await leader.end();
      result.sees(await leader.begin(label, moment));
      await leader.describe(result.request.sql);
    }
    if (typeof team === 'string') {
      return team;
    }
    const ranges = blockRanges(table.blocks, table.blockBytes, team.sessions.length);
    return { team, ranges, inOrder: wish.inOrder };
  }

  private async read(
    { team, ranges, inOrder }: Plan,
    result: Result,
    { schema, builders: leaderBuilders, formats }: ResultColumns,
    ownBuilders: (session: Session) => Promise<ResultColumns['builders']>,
    encoder: IpcEncoder,
    spool: BatchSink
  ): Promise<string> {
    const [leader, ...followers] = team.sessions;
    const builders = new Map([[leader, new BatchBuilder(schema, leaderBuilders)]]);
    for (const follower of followers) {
      // The catalog's answers are known by now: no session is asked.
      builders.set(follower, new BatchBuilder(schema, await ownBuilders(leader)));
    }
    const scan = new RangeScan(team, ranges, formats, result.signal);
    const fail = (error: unknown) => scan.fail(error);
    const flowOf = (session: Session): Flow => ({
      pause: () => scan.pause(session),
      // Where all write to one file, the batch that brings the backlog down may be another session's.
      resume: () => (inOrder ? scan.resume(session) : scan.resumeAll()),
      fail,
      reserve: bytes => this.store.reserve(bytes)
    });
    const newPath = () => this.store.pathFor(result);
    const collector = inOrder
      ? new InOrder({ builders, encoder, spool, ranges: ranges.length, flowOf, newPath, fail })
      : new AnyOrder(builders, encoder, spool, flowOf);
    const stopNotices = followers.map(follower => follower.onNotice(message => result.notice(message)));
    try {
      return `SELECT ${await scan.run(collector)}`;
    } finally {
      stopNotices.forEach(stop => stop());
    }
  }
}

interface Plan {
  readonly team: Team;
  readonly ranges: readonly BlockRange[];
  readonly inOrder: boolean;
}

function isWish(wish: ParallelWish | ParallelRefusal | null): wish is ParallelWish {
  return wish !== null && typeof wish === 'object';
}
