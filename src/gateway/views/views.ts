import { randomUUID } from 'node:crypto';
import {
  type Profile,
  type Summary,
  type SummaryRequest,
  type View,
  type ViewRequest
} from '../../contract/view';
import { GatewayError } from '../gateway-error';
import { PAGE_BYTES, type Excerpt } from '../results/page';
import type { Result } from '../results/result';
import type { Spool } from '../results/spool';
import type { CsvPart } from './csv-part';
import type { RowRange } from './row-range';
import type { StoredPlace } from './stored-result';
import { ViewThread } from './view-thread';

/** Orders of rows kept, all together; the one not used for longest goes first. */
const KEPT_BYTES = 256 * 2 ** 20;

interface KeptView {
  readonly result: Result;
  readonly generation: number;
  readonly rows: Uint32Array<SharedArrayBuffer>;
}

/** Orders and choices of rows over stored results, and what is counted over them. None of it blocks the gateway's thread. */
export class Views {
  readonly #kept = new Map<string, KeptView>();
  /** Whoever scrolls does not wait for a sort. */
  readonly #reads: ViewThread;
  readonly #scans: ViewThread;

  /** `workerFile` is the built `view-worker.js`. */
  constructor(
    workerFile: string,
    private readonly now: () => number
  ) {
    this.#reads = new ViewThread(workerFile);
    this.#scans = new ViewThread(workerFile);
  }

  /** Sorts and filters the rows that are stored by now. Throws `result-too-large`, `bad-request`, or the reason of `signal`. */
  async make(result: Result, spool: Spool, request: ViewRequest, signal: AbortSignal): Promise<View> {
    const startedAt = this.now();
    const { generation } = result.status();
    const place = placeOf(spool);
    const { rows, orderings } = await this.#scans.ask(place, { kind: 'view', request }, signal);
    const viewId = randomUUID();
    this.#kept.set(viewId, { result, generation, rows });
    this.#giveUpBeyond(KEPT_BYTES, viewId);
    const last = place.batches.at(-1);
    const of = last ? last.firstRow + last.rows : 0;
    return { viewId, rows: rows.length, of, orderings, elapsedMs: this.now() - startedAt };
  }

  /** An Arrow IPC stream of rows of a view; see `readPage`. */
  page(
    result: Result,
    spool: Spool,
    { viewId, offset, limit, columns, isCut }: ViewPage,
    signal: AbortSignal
  ): Promise<Uint8Array> {
    const range = this.#range(result, viewId, offset, limit);
    const task = { kind: 'page', range, columns, isCut, pageBytes: PAGE_BYTES } as const;
    return this.#reads.ask(placeOf(spool), task, signal);
  }

  csv(
    result: Result,
    spool: Spool,
    part: { readonly viewId: string | null } & Omit<RowRange, 'order'>,
    columns: readonly number[],
    signal: AbortSignal
  ): Promise<CsvPart> {
    const range = this.#range(result, part.viewId, part.first, part.count);
    return this.#reads.ask(placeOf(spool), { kind: 'csv', range, columns }, signal);
  }

  /** Rows of a view, or of the result by now. */
  rows(result: Result, spool: Spool, viewId: string | null): number {
    return this.#range(result, viewId, 0, 0).order?.length ?? spool.rows;
  }

  summary(result: Result, spool: Spool, request: SummaryRequest, signal: AbortSignal): Promise<Summary> {
    const range = this.#range(result, request.viewId, request.firstRow, request.rows);
    return this.#scans.ask(placeOf(spool), { kind: 'summary', range, columns: request.columns }, signal);
  }

  profile(spool: Spool, columns: readonly number[], signal: AbortSignal): Promise<Profile> {
    return this.#scans.ask(placeOf(spool), { kind: 'profile', columns }, signal);
  }

  async dispose(): Promise<void> {
    this.#kept.clear();
    await Promise.all([this.#reads.dispose(), this.#scans.dispose()]);
  }

  #range(result: Result, viewId: string | null, first: number, count: number): RowRange {
    if (viewId === null) {
      return { order: null, first, count };
    }
    const view = this.#kept.get(viewId);
    if (!view || view.result !== result || view.generation !== result.status().generation) {
      throw new GatewayError('result-expired', 'This order of the rows is no longer kept.', {
        subject: viewId,
        action: 'Sort or filter again.'
      });
    }
    this.#kept.delete(viewId);
    this.#kept.set(viewId, view);
    return { order: view.rows, first, count };
  }

  #giveUpBeyond(bytes: number, newest: string): void {
    let used = [...this.#kept.values()].reduce((sum, { rows }) => sum + rows.byteLength, 0);
    for (const [viewId, { rows }] of this.#kept) {
      if (used > bytes && viewId !== newest) {
        used -= rows.byteLength;
        this.#kept.delete(viewId);
      }
    }
  }
}

/** Rows `offset` up to `offset + limit` of a view. */
export interface ViewPage extends Excerpt {
  readonly viewId: string;
  readonly offset: number;
  readonly limit: number;
}

function placeOf(spool: Spool): StoredPlace {
  return { path: spool.path, schemaMessage: spool.schemaMessage, batches: [...spool.batches] };
}
