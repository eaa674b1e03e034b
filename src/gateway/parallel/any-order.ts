import { END_OF_STREAM, type IpcEncoder } from '../arrow/ipc';
import type { BatchBuilder } from '../columns/batch';
import type { Session } from '../postgres/session';
import type { BatchSink } from '../results/row-stream';
import { type Flow, Spooler } from '../results/spooler';
import { type Collector, type RangeRows, takeInto } from './collector';

/** Appends the batches of all sessions to one spool as they come. */
export class AnyOrder implements Collector {
  private readonly spoolers = new Map<Session, Spooler>();
  private announced = 0;

  constructor(
    builders: ReadonlyMap<Session, BatchBuilder>,
    encoder: IpcEncoder,
    private readonly spool: BatchSink,
    flowOf: (session: Session) => Flow
  ) {
    for (const [session, builder] of builders) {
      this.spoolers.set(session, new Spooler(builder, encoder, spool, flowOf(session), builders.size));
    }
  }

  open(session: Session): Promise<RangeRows> {
    const spooler = this.spoolers.get(session)!;
    return Promise.resolve({
      take: takeInto(spooler),
      end: rows => {
        this.announced += rows;
        return Promise.resolve();
      }
    });
  }

  async complete(): Promise<number> {
    this.spoolers.forEach(spooler => spooler.flush());
    await this.spool.complete(this.announced, END_OF_STREAM);
    return this.announced;
  }

  abandon(): Promise<void> {
    this.spoolers.forEach(spooler => spooler.abandon());
    return Promise.resolve();
  }
}
