import type { Cells } from '../postgres/data-row';
import type { Session } from '../postgres/session';
import type { Spooler } from '../results/spooler';

/** Where the rows of one range go. */
export interface RangeRows {
  take(cells: Cells): void;
  /** The server has sent `rows` rows of this range. */
  end(rows: number): Promise<void>;
}

/** Makes one result of the rows of all ranges. */
export interface Collector {
  /** `session` is about to read the range with this index. */
  open(session: Session, range: number): Promise<RangeRows>;
  /** All ranges have ended. Resolves with the rows of the result, once all are stored. */
  complete(): Promise<number>;
  /** Forgets what has not been stored. Idempotent; also called after `complete`. */
  abandon(): Promise<void>;
}

/** Rows up to the first that cannot be kept: what is left of its batch is not published. */
export function takeInto(spooler: Spooler): RangeRows['take'] {
  return cells => {
    try {
      spooler.take(cells);
    } catch (error) {
      spooler.abandon();
      throw error;
    }
  };
}
