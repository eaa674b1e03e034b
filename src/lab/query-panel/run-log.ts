import { type QueryStatus } from '../../contract/query';
import { type RunState } from './query-model';
import { type SentStatement } from './sent-statement';

/** One statement of a run, and how it went or goes. */
export interface LoggedRun {
  readonly statement: SentStatement;
  readonly state: RunState;
}

/** What came of the statements of the last run, in the order they were sent. */
export class RunLog {
  private runs: readonly LoggedRun[] = [];

  get entries(): readonly LoggedRun[] {
    return this.runs;
  }

  /** What the server said beside the rows, of all statements. */
  get notices(): number {
    return this.runs.reduce((sum, { state }) => sum + noticesOf(state).length, 0);
  }

  /** Begins with a statement, or goes on with it after those before. */
  begin(statement: SentStatement, goesOn: boolean): void {
    this.runs = [...(goesOn ? this.runs : []), { statement, state: { kind: 'starting' } }];
  }

  /** The newest statement is in this state now. */
  update(state: RunState): void {
    const last = this.runs.at(-1);
    if (last) this.runs = [...this.runs.slice(0, -1), { ...last, state }];
  }
}

function statusOf(state: RunState): QueryStatus | null {
  return 'status' in state ? state.status : null;
}

export function noticesOf(state: RunState): readonly string[] {
  return statusOf(state)?.notices ?? [];
}
