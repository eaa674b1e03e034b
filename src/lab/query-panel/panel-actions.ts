import { type PanelServices, type UseStatement } from './panel-services';
import { type UsedStatement } from './used-statement';

/** What a person can ask for from within a panel. Null is a feature that is not there. */
export interface PanelActions {
  run(): void;
  stop(): void;
  runAgain(): void;
  /** The same statement without the row limit. */
  readAll(): void;
  /** Shows the plan; `analyzes` runs the statement for it. */
  explain(analyzes: boolean): void;
  /** Lays the SQL out. */
  format(): void;
  /** Puts the keyboard into the first field of a parameter. */
  fillParameters(): void;
  /** Writes a name in the place of the one that the server did not know. */
  replaceMarked(text: string): void;
  /** The statement of the result as a DataFrame cell. */
  readonly dataFrame: (() => void) | null;
  /** The statement of the result to Amazon S3; `now` skips the dialog where a destination is remembered. */
  readonly exportResult: ((now: boolean) => void) | null;
  readonly history: (() => void) | null;
  readonly running: (() => void) | null;
  readonly saved: (() => void) | null;
  /** Keeps the statement at the cursor under a name. */
  readonly save: (() => void) | null;
}

type Direct = Pick<
  PanelActions,
  'run' | 'stop' | 'runAgain' | 'readAll' | 'explain' | 'format' | 'fillParameters' | 'replaceMarked'
>;

/**
 * What the panel does itself, and what it hands on: the statement of its result (`shown`), or the one that it would
 * run (`meant`).
 */
export function panelActions(
  direct: Direct,
  services: PanelServices,
  shown: () => UsedStatement | null,
  meant: () => UsedStatement | null
): PanelActions {
  const offered = (use: UseStatement | null, statement: () => UsedStatement | null) =>
    use &&
    ((now = false) => {
      const used = statement();
      if (used) use(used, now);
    });
  const library = services.toLibrary();
  return {
    ...direct,
    dataFrame: offered(services.toDataFrame(), shown),
    exportResult: offered(services.toExport(), shown),
    save: offered(services.toSave(), meant),
    history: library && (() => library('history')),
    running: library && (() => library('running')),
    saved: library && (() => library('saved'))
  };
}
