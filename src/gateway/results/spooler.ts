import { END_OF_STREAM, type IpcEncoder } from '../arrow/ipc';
import type { BatchBuilder } from '../columns/batch';
import type { Cells } from '../postgres/data-row';
import type { BatchSink } from './row-stream';
import { WRITE_BACKLOG_BYTES } from './spool';

/** The first batch is small, so that a screen fills at once; each is larger than the one before, up to the last number. */
const FIRST_BATCH_ROWS = 1_000;
const FIRST_BATCH_BYTES = 2 ** 18;
const GROWTH = 4;
export const BATCH_ROWS = 65_536;
/** utf8 offsets are 32-bit, and a reader holds a batch in memory. */
export const BATCH_BYTES = 2 ** 20;
/** Rows of a slow statement become visible after this time; the first of them, for which a person waits, sooner. */
const FLUSH_MS = 150;
const FIRST_FLUSH_MS = 10;

/** What the spooler does to the socket and to the statement. */
export interface Flow {
  readonly pause: () => void;
  readonly resume: () => void;
  /** The result cannot go on. */
  readonly fail: (error: unknown) => void;
  /** Makes room for bytes on disk or throws. */
  readonly reserve: (bytes: number) => void;
}

/** Cuts the rows of one result into batches and hands them to its spool. */
export class Spooler {
  private taken = 0;
  private enoughRows = FIRST_BATCH_ROWS;
  private enoughBytes = FIRST_BATCH_BYTES;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly builder: BatchBuilder,
    private readonly encoder: IpcEncoder,
    private readonly spool: BatchSink,
    private readonly flow: Flow,
    /** So many of them at once hold no more in memory than one. */
    private readonly together = 1
  ) {}

  /** Rows taken by now. */
  get rows(): number {
    return this.taken;
  }

  take(cells: Cells): void {
    this.builder.append(cells);
    this.taken += cells.rows;
    if (this.builder.rows >= this.enoughRows || this.builder.sizeBytes >= this.enoughBytes) {
      this.flush();
    } else {
      const isFirst = this.taken === this.builder.rows;
      this.timer ??= setTimeout(() => this.flushLater(), isFirst ? FIRST_FLUSH_MS : FLUSH_MS);
    }
  }

  /** Writes what is left and closes the spool; throws when a row is missing there. */
  async finish(): Promise<void> {
    this.flush();
    await this.spool.complete(this.taken, END_OF_STREAM);
  }

  /** Forgets what has not been written. */
  abandon(): void {
    this.clearTimer();
  }

  /** Hands what was taken to the spool. */
  flush(): void {
    this.clearTimer();
    const { rows } = this.builder;
    if (rows === 0) {
      return;
    }
    this.enoughRows = Math.min(GROWTH * this.enoughRows, BATCH_ROWS / this.together);
    this.enoughBytes = Math.min(GROWTH * this.enoughBytes, BATCH_BYTES / this.together);
    const batch = this.builder.finish();
    const pieces = this.encoder.encode(batch);
    this.flow.reserve(pieces.reduce((sum, piece) => sum + piece.length, 0));
    const written = this.spool.append(pieces, rows);
    if (this.spool.backlogBytes > WRITE_BACKLOG_BYTES) {
      this.flow.pause();
    }
    written.then(
      () => {
        this.builder.reuse(batch);
        if (this.spool.backlogBytes <= WRITE_BACKLOG_BYTES / 2) {
          this.flow.resume();
        }
      },
      (error: unknown) => this.flow.fail(error)
    );
  }

  private flushLater(): void {
    try {
      this.flush();
    } catch (error) {
      this.flow.fail(error);
    }
  }

  private clearTimer(): void {
    if (this.timer) {
      clearTimeout(this.timer);
      this.timer = null;
    }
  }
}
