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
  /** The statement of the result to Amazon S3. */
  readonly exportResult: (() => void) | null;
  readonly history: (() => void) | null;
  readonly running: (() => void) | null;
  readonly saved: (() => void) | null;
  /** Keeps the statement at the cursor under a name. */
  readonly save: (() => void) | null;
}
