import { Dialog, showDialog } from '@jupyterlab/apputils';
import { type ExplainModel } from './explain-model';
import { type ParameterBar } from './parameter-bar';
import { type ParameterValues } from './parameter-values';
import { type PlanLight } from './plan-light';
import { type PlanWatch } from './plan-watch';
import { type QueryModel } from './query-model';
import { type SentStatement } from './sent-statement';
import { type SqlEditor } from './sql-editor';

/** A plan takes milliseconds; a server that is slower than this does not hold a run up. */
const PLAN_WITHIN_MS = 1_500;

interface RunParts {
  readonly model: QueryModel;
  readonly explain: ExplainModel;
  readonly editor: SqlEditor;
  readonly values: ParameterValues;
  readonly bar: ParameterBar;
  readonly watch: PlanWatch;
  /** Whether plans are looked at before a statement runs. */
  readonly looksAhead: () => boolean;
  readonly light: () => PlanLight | null;
  /** Brings a tab to the front. */
  readonly show: (tab: string) => void;
}

/** From a person's wish to a statement that runs: its values, and a question when its plan is red. */
export class PanelRun {
  constructor(private readonly parts: RunParts) {}

  /** Runs the selection, or the statement at the cursor. */
  async statement(): Promise<void> {
    const { statement } = this.parts.editor;
    if (statement) await this.run(statement);
  }

  /** Runs every statement, one after another, up to the first that fails, is stopped or lacks a value. */
  async all(): Promise<void> {
    const { editor, model } = this.parts;
    for (const [index, statement] of editor.statements.entries()) {
      const ran = await this.run(statement, index > 0);
      if (!ran || model.state.kind !== 'done') return;
    }
  }

  /** Runs what was run last, with its values. */
  async again(sent: SentStatement): Promise<void> {
    const complete = this.refilled(sent);
    if (complete && (await this.mayRun(complete))) await this.start(complete, false);
  }

  /** Shows the plan; with `analyzes` it runs the statement to see what each step takes. */
  async plan(analyzes: boolean): Promise<void> {
    const { editor, explain, show } = this.parts;
    const bound = editor.statement && this.bound(editor.statement);
    if (bound && (!analyzes || (await this.mayRun(bound)))) {
      show('plan');
      await explain.explain(bound, analyzes);
    }
  }

  /** The statement with its values, for other uses than to run it here. */
  get meant(): SentStatement | null {
    const { statement } = this.parts.editor;
    return statement && this.parts.values.bind(statement);
  }

  private async run(statement: SentStatement, goesOn = false): Promise<boolean> {
    const bound = this.bound(statement);
    if (!bound || !(await this.mayRun(bound))) {
      return false;
    }
    await this.start(bound, goesOn);
    return true;
  }

  private async start(statement: SentStatement, goesOn: boolean): Promise<void> {
    this.parts.show('result');
    await this.parts.model.run(statement, goesOn);
  }

  /** Null when values are missing; the first field that lacks one then has the keyboard. */
  private bound(statement: SentStatement): SentStatement | null {
    const { values, bar } = this.parts;
    values.follow(statement.text);
    const [missing] = values.missing(statement.text);
    if (values.wanted.style === 'mixed') {
      return null;
    }
    if (missing !== undefined) {
      bar.askFor(missing);
      return null;
    }
    return values.bind(statement);
  }

  /** Secret values are in no storage: they come from the fields, or are asked for. */
  private refilled(sent: SentStatement): SentStatement | null {
    return sent.parameters?.some(({ secret, value }) => secret && value === null) ? this.bound(sent) : sent;
  }

  private async mayRun(statement: SentStatement): Promise<boolean> {
    const { watch, looksAhead, light } = this.parts;
    if (!looksAhead()) {
      return true;
    }
    await watch.now(statement, PLAN_WITHIN_MS);
    const expected = light();
    if (expected?.level !== 'red') {
      return true;
    }
    const answer = await showDialog({
      title: 'This statement is expensive',
      body: `The planner expects ${expected.text}. The replica is shared: others may feel it. Run it all the same?`,
      buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: 'Run' })]
    });
    return answer.button.accept;
  }
}
