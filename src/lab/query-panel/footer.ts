import { Widget } from '@lumino/widgets';
import { footerText } from './footer-text';
import { type PanelActions } from './panel-actions';
import { type QueryModel } from './query-model';
import { type ReplicaFoot } from './replica-foot';

const TICK_MS = 200;
const AT_ONCE = 'With Shift at once, to where you exported last';
/** Above the footer. */
const BORDER_PX = 1;

/** Rows, time and size of the result, and what can be made of it. */
export class Footer extends Widget {
  private readonly line = document.createElement('div');
  private readonly summary = document.createElement('span');
  private readonly cutButtons = document.createElement('span');
  private readonly buttons = document.createElement('span');
  private ticking: ReturnType<typeof setInterval> | null = null;
  private statusAt = 0;
  private readonly sizes = new ResizeObserver(() => this.takeHeight());

  constructor(
    private readonly model: QueryModel,
    actions: PanelActions,
    foot: Pick<ReplicaFoot, 'node'>
  ) {
    super();
    this.addClass('jp-ReplicaQuery-footer');
    this.summary.className = 'jp-ReplicaQuery-summary';
    this.summary.setAttribute('role', 'status');
    this.cutButtons.append(
      button('read all', 'Run the statement again without the row limit', actions.readAll),
      ...offered('all → DataFrame', 'All rows in a notebook cell', actions.dataFrame),
      ...offered('all → S3', `All rows as Parquet on Amazon S3. ${AT_ONCE}`, actions.exportResult)
    );
    this.buttons.className = 'jp-ReplicaQuery-footerButtons';
    this.buttons.append(
      ...offered('→ DataFrame', 'This statement in a notebook cell (Alt+Enter)', actions.dataFrame),
      ...offered('→ S3', `This statement as Parquet on Amazon S3. ${AT_ONCE}`, actions.exportResult)
    );
    this.line.className = 'jp-ReplicaQuery-footerLine';
    this.line.append(this.summary, this.cutButtons, this.buttons, foot.node);
    this.node.append(this.line);
    this.sizes.observe(this.line);
    this.node.setAttribute('role', 'group');
    this.node.setAttribute('aria-label', 'About the result');
    this.node.tabIndex = -1;
    model.changed.connect(this.refresh, this);
    this.refresh();
  }

  /** Puts the keyboard on the first button, or on the line itself. */
  focus(): void {
    const buttons = [...this.node.querySelectorAll('button')];
    (buttons.find(button => !button.closest('[hidden]')) ?? this.node).focus();
  }

  override dispose(): void {
    this.sizes.disconnect();
    this.tick(false);
    super.dispose();
  }

  /** The layout above gives a footer the height that its style says: one line, or as many as a narrow panel needs. */
  private takeHeight(): void {
    const height = `${this.line.offsetHeight + BORDER_PX}px`;
    const { style } = this.node;
    if (this.line.offsetHeight > 0 && style.minHeight !== height) {
      style.minHeight = style.maxHeight = height;
      this.parent?.fit();
    }
  }

  private refresh(): void {
    const { state, isRunning } = this.model;
    this.statusAt = performance.now();
    this.tick(isRunning);
    this.write();
    this.buttons.hidden = ['empty', 'failed'].includes(state.kind) || !this.cutButtons.hidden;
  }

  private write(): void {
    const { state } = this.model;
    const elapsed = 'status' in state && state.status ? state.status.elapsedMs : 0;
    const { text, hint, isCut } = footerText(state, elapsed + performance.now() - this.statusAt);
    this.summary.textContent = text;
    this.summary.title = hint;
    this.toggleClass('jp-mod-cut', isCut);
    this.cutButtons.hidden = !isCut;
  }

  private tick(isRunning: boolean): void {
    if (isRunning && this.ticking === null) {
      this.ticking = setInterval(() => this.write(), TICK_MS);
    } else if (!isRunning && this.ticking !== null) {
      clearInterval(this.ticking);
      this.ticking = null;
    }
  }
}

/** No button for what is not there. `use` is told whether Shift was held. */
function offered(label: string, hint: string, use: ((now: boolean) => void) | null): HTMLElement[] {
  return use ? [button(label, hint, ({ shiftKey }) => use(shiftKey))] : [];
}

function button(label: string, hint: string, click: (event: MouseEvent) => void): HTMLElement {
  const node = document.createElement('button');
  node.className = 'jp-Button jp-mod-minimal jp-ReplicaQuery-footerButton';
  node.textContent = label;
  node.title = hint;
  node.addEventListener('click', click);
  return node;
}
