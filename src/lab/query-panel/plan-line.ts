import { Widget } from '@lumino/widgets';
import { type PlanLight } from './plan-light';
import { type PlanWatch } from './plan-watch';

/** What the statement at the cursor is about to cost, as the planner sees it. */
export class PlanLine extends Widget {
  private readonly dot = document.createElement('span');
  private readonly text = document.createElement('span');

  constructor(
    private readonly watch: PlanWatch,
    /** Null where there is no plan. */
    private readonly light: () => PlanLight | null
  ) {
    super();
    this.addClass('jp-ReplicaQuery-plan');
    this.node.setAttribute('role', 'status');
    this.node.setAttribute('aria-label', 'Plan');
    this.dot.className = 'jp-ReplicaQuery-planDot';
    this.dot.setAttribute('aria-hidden', 'true');
    this.text.className = 'jp-ReplicaQuery-planText';
    this.node.append(this.dot, this.text);
    watch.changed.connect(this.refresh, this);
    this.refresh();
  }

  refresh(): void {
    const { state } = this.watch;
    const light = this.light();
    const failed = state.kind === 'failed' ? state.error : null;
    this.setHidden(!light && !failed);
    this.node.dataset['level'] = light?.level ?? 'unknown';
    this.text.textContent = light
      ? `plan: ${light.text}${light.level === 'green' ? '' : ` · ${light.level}`}`
      : `no plan: ${failed?.message ?? ''}`;
    this.node.title = light?.hint ?? failed?.hint ?? '';
  }
}
