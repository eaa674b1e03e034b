/** What a person can ask for from within a panel. */
export interface PanelActions {
  run(): void;
  stop(): void;
  runAgain(): void;
  /** The same statement without the row limit. */
  readAll(): void;
  /** The statement of the result as a DataFrame cell; null where that feature is not there. */
  readonly dataFrame: (() => void) | null;
  /** The statement of the result to Amazon S3; null where that feature is not there. */
  readonly exportResult: (() => void) | null;
}
