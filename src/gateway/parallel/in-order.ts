import { END_OF_STREAM, type IpcEncoder } from '../arrow/ipc';
import type { BatchBuilder } from '../columns/batch';
import type { Session } from '../postgres/session';
import type { BatchSink } from '../results/row-stream';
import { Spool, WRITE_BACKLOG_BYTES } from '../results/spool';
import { type Flow, Spooler } from '../results/spooler';
import { type Collector, type RangeRows, takeInto } from './collector';

export interface InOrderOptions {
  readonly builders: ReadonlyMap<Session, BatchBuilder>;
  readonly encoder: IpcEncoder;
  readonly spool: BatchSink;
  readonly ranges: number;
  readonly flowOf: (session: Session) => Flow;
  /** A new file's name. */
  readonly newPath: () => string;
  readonly fail: (error: unknown) => void;
}

/**
 * Gives the rows in the order of their ranges, which is that of their ctid. Each range has a file of its own, so that no session
 * waits for another; the result is put together from these files while they grow.
 */
export class InOrder implements Collector {
  private readonly sides: Side[];
  private readonly merged: Promise<number>;
  private readonly stop = new AbortController();
  private spoolers: readonly Spooler[] = [];

  constructor(private readonly options: InOrderOptions) {
    this.sides = Array.from({ length: options.ranges }, () => new Side());
    this.merged = this.merge();
    this.merged.catch(options.fail);
  }

  async open(session: Session, range: number): Promise<RangeRows> {
    const { builders, encoder, spool, flowOf, newPath } = this.options;
    const side = await Spool.create(newPath(), spool.schema, () => undefined);
    this.sides[range]!.opened(side);
    const flow = flowOf(session);
    const toSide = { ...flow, reserve: (bytes: number) => flow.reserve(bytes + this.sideBytes) };
    const spooler = new Spooler(builders.get(session)!, encoder, side, toSide, builders.size);
    this.spoolers = [...this.spoolers, spooler];
    return {
      take: takeInto(spooler),
      end: async rows => {
        if (rows !== spooler.rows) {
          throw new Error(`The server sent ${rows} rows of a range but ${spooler.rows} arrived.`);
        }
        await spooler.finish();
        this.spoolers = this.spoolers.filter(other => other !== spooler);
      }
    };
  }

  async complete(): Promise<number> {
    const rows = await this.merged;
    await this.options.spool.complete(rows, END_OF_STREAM);
    return rows;
  }

  async abandon(): Promise<void> {
    this.stop.abort();
    this.spoolers.forEach(spooler => spooler.abandon());
    await this.merged.catch(() => undefined);
    await Promise.all(this.sides.map(side => side.remove()));
  }

  /** Bytes that lie in the files of ranges; the result's budget holds for them too. */
  private get sideBytes(): number {
    return this.sides.reduce((sum, side) => sum + side.sizeBytes, 0);
  }

  private async merge(): Promise<number> {
    const { signal } = this.stop;
    let rows = 0;
    for (const side of this.sides) {
      const source = await side.spool(signal);
      for await (const batch of source.follow(signal)) {
        await this.append([await source.read(batch)], batch.rows);
        rows += batch.rows;
      }
      await side.remove();
    }
    return rows;
  }

  /** Waits for the disk, but not for a reader. */
  private async append(pieces: readonly Uint8Array[], rows: number): Promise<void> {
    const { spool, fail } = this.options;
    const appended = spool.append(pieces, rows);
    appended.catch(fail);
    if (spool.backlogBytes > WRITE_BACKLOG_BYTES) {
      await appended;
    }
  }
}

/** The file of one range, before, while and after it is there. */
class Side {
  private file: Spool | null = null;
  private tell: () => void = () => undefined;

  get sizeBytes(): number {
    return this.file?.takenBytes ?? 0;
  }

  opened(file: Spool): void {
    this.file = file;
    this.tell();
  }

  /** The file once it is there. */
  async spool(signal: AbortSignal): Promise<Spool> {
    await new Promise<void>(resolve => {
      this.tell = resolve;
      signal.addEventListener('abort', this.tell);
      if (this.file || signal.aborted) {
        resolve();
      }
    });
    signal.removeEventListener('abort', this.tell);
    signal.throwIfAborted();
    return this.file!;
  }

  async remove(): Promise<void> {
    const { file } = this;
    this.file = null;
    await file?.remove();
  }
}
