import { PanelLayout, Widget } from '@lumino/widgets';
import { errorNotice } from '../error-notice';
import { ResultGrid } from '../result-grid/grid';
import { type ResultModel } from '../result-grid/result-model';
import { type ErrorAdvice } from './error-advice';
import { type PanelActions } from './panel-actions';
import { type QueryModel } from './query-model';

/** The rows of a statement, or why there are none. */
export class ResultView extends Widget {
  private readonly parts = new PanelLayout();
  private readonly message = new Widget();
  private grid: ResultGrid | null = null;
  private shown: ResultModel | null = null;
  /** What the message says; it is not made anew while that stays, so that nothing in it loses the focus. */
  private said: unknown = null;

  constructor(
    private readonly model: QueryModel,
    private readonly actions: PanelActions,
    private readonly advice: ErrorAdvice
  ) {
    super();
    this.addClass('jp-ReplicaQuery-result');
    this.node.tabIndex = -1;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Result of the statement');
    this.message.addClass('jp-ReplicaQuery-message');
    this.layout = this.parts;
    this.parts.addWidget(this.message);
    model.changed.connect(this.refresh, this);
    this.refresh();
  }

  /** Puts the keyboard into the grid, or where the grid will be. */
  focus(): void {
    if (this.grid) {
      this.grid.focus();
    } else {
      this.node.focus();
    }
  }

  /** Closes the cell viewer if the keyboard is in it; false if it is not. */
  closeViewer(): boolean {
    return this.grid?.closeViewer() ?? false;
  }

  private refresh(): void {
    this.showRows();
    const { state, result } = this.model;
    const failure = state.kind === 'failed' ? state.error : (result?.failure ?? null);
    const hasRows = Boolean(result?.allRows);
    // Columns are known before the first row; what is said then stands below their names.
    this.toggleClass('jp-mod-headerOnly', this.grid !== null && !failure && !hasRows);
    this.grid?.setHidden(failure !== null && !hasRows);
    if (failure) {
      this.say(failure, () => this.failureNotice());
    } else if (state.kind === 'empty') {
      this.say('empty', () => sentence('Ctrl+Enter runs the statement at the cursor, or what is selected.'));
    } else if (this.model.isRunning && !hasRows) {
      this.say('loading', skeleton);
    } else if (state.kind === 'done' && !state.status.fields?.length) {
      this.say(state.status, () => sentence('Done. This statement has no rows to show.'));
    } else if (!hasRows) {
      this.say(state.kind, () =>
        sentence(state.kind === 'cancelled' ? 'Stopped before the first row.' : 'No rows.')
      );
    } else {
      this.say(null, () => null);
    }
  }

  private showRows(): void {
    const { result } = this.model;
    if (result !== this.shown) {
      if (this.grid) {
        this.keepFocusFrom(this.grid.node);
        this.grid.dispose();
        this.grid = null;
      }
      this.shown = result;
      if (result) {
        this.grid = new ResultGrid(result);
        this.parts.insertWidget(1, this.grid);
        result.changed.connect(this.refresh, this);
        if (document.activeElement === this.node) this.grid.focus();
      }
    }
  }

  private say(what: unknown, make: () => HTMLElement | null): void {
    if (what !== this.said || what === null) {
      this.said = what;
      const content = make();
      this.keepFocusFrom(this.message.node);
      this.message.setHidden(content === null);
      this.message.node.replaceChildren(...(content ? [content] : []));
    }
  }

  /** Holds the keyboard here when what has it is about to go. */
  private keepFocusFrom(part: HTMLElement): void {
    if (part.contains(document.activeElement)) this.node.focus();
  }

  private failureNotice(): HTMLElement {
    const { state, result } = this.model;
    if (state.kind === 'failed') {
      const { error, buttons } = this.advice.on(state.error, this.model.sent?.text ?? '');
      const notice = errorNotice(error, buttons);
      // PostgreSQL's detail and hint are half of what it says.
      const { detail, hint } = state.error;
      notice.querySelector('details')?.toggleAttribute('open', Boolean(detail ?? hint));
      return notice;
    }
    const buttons = [{ label: 'Run again', run: () => this.actions.runAgain() }];
    if (result?.failure?.code !== 'result-expired') {
      buttons.unshift({ label: 'Try again', run: () => result?.retry() });
    }
    return errorNotice(result!.failure!, buttons);
  }
}

function sentence(text: string): HTMLElement {
  const node = document.createElement('p');
  node.className = 'jp-ReplicaQuery-sentence';
  node.textContent = text;
  return node;
}

function skeleton(): HTMLElement {
  const node = document.createElement('div');
  node.className = 'jp-ReplicaQuery-skeleton';
  node.setAttribute('role', 'status');
  node.setAttribute('aria-label', 'Waiting for the first rows');
  node.append(...Array.from({ length: 6 }, () => document.createElement('div')));
  return node;
}
