import { Clipboard } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { errorNotice } from '../error-notice';
import { type ExplainModel, type ExplainState } from './explain-model';
import { planLayout, type PlacedNode } from './plan-layout';
import { PlanPicture } from './plan-picture';
import { nodeFacts, planSentence, planText } from './plan-words';

/** The Plan tab: the sentence, the tree, and what is known of the step that has the focus. */
export class PlanView extends Widget {
  private shown: ExplainState | null = null;
  private picture: PlanPicture | null = null;
  private hottest = 0;
  private readonly facts = document.createElement('dl');

  constructor(
    private readonly model: ExplainModel,
    private readonly ask: (analyzes: boolean) => void
  ) {
    super();
    this.addClass('jp-ReplicaPlan');
    this.title.label = 'Plan';
    this.facts.className = 'jp-ReplicaPlan-facts';
    model.changed.connect(this.refresh, this);
    this.refresh();
  }

  /** Puts the keyboard into the tree, at the hot step. */
  focus(): void {
    this.picture?.focus(this.hottest);
  }

  private refresh(): void {
    const { state } = this.model;
    if (state !== this.shown) {
      this.shown = state;
      this.picture = null;
      this.node.replaceChildren(...this.content(state));
      this.reveal();
    }
  }

  private reveal(): void {
    this.picture?.reveal(this.hottest);
  }

  private content(state: ExplainState): readonly HTMLElement[] {
    switch (state.kind) {
      case 'none':
        return [
          sentence(
            'Explain shows how the server would run the statement. Explain Analyze runs it and shows what each step took.'
          ),
          this.buttons()
        ];
      case 'asking':
        return [
          sentence(
            state.analyzes ? 'The statement runs to see what each step takes…' : 'Asking for the plan…',
            'status'
          )
        ];
      case 'stopped':
        return [sentence('Stopped.'), this.buttons()];
      case 'unexplained':
        return [sentence('PostgreSQL has no plan for a statement like this one.')];
      case 'failed':
        return [errorNotice(state.error), this.buttons()];
      case 'ready':
        return this.drawn(state);
    }
  }

  private drawn(state: Extract<ExplainState, { readonly kind: 'ready' }>): readonly HTMLElement[] {
    const { plan, source } = state;
    const layout = planLayout(plan.root);
    this.hottest = layout.hottest;
    const picture = new PlanPicture(layout, placed => this.tell(placed));
    this.picture = picture;
    const head = document.createElement('div');
    head.className = 'jp-ReplicaPlan-head';
    head.append(
      sentence(planSentence(layout)),
      button('Copy text', () => Clipboard.copyToSystem(planText(plan))),
      button('Copy JSON', () => Clipboard.copyToSystem(source))
    );
    if (!layout.timed) head.append(button('Explain Analyze', () => this.ask(true)));
    this.tell(layout.nodes[layout.hottest]!);
    return [head, picture.node, this.facts];
  }

  private tell({ node }: PlacedNode): void {
    const title = document.createElement('dt');
    title.className = 'jp-ReplicaPlan-factsTitle';
    title.textContent = node.title;
    const facts = nodeFacts(node).flatMap(([name, value]) => {
      const term = document.createElement('dt');
      term.textContent = name;
      const told = document.createElement('dd');
      told.textContent = value;
      return [term, told];
    });
    this.facts.replaceChildren(title, document.createElement('dd'), ...facts);
  }

  private buttons(): HTMLElement {
    const row = document.createElement('div');
    row.className = 'jp-ReplicaPlan-buttons';
    row.append(
      button('Explain', () => this.ask(false)),
      button('Explain Analyze', () => this.ask(true))
    );
    return row;
  }
}

function sentence(text: string, role?: string): HTMLElement {
  const node = document.createElement('p');
  node.className = 'jp-ReplicaQuery-sentence';
  node.textContent = text;
  if (role) node.setAttribute('role', role);
  return node;
}

function button(label: string, click: () => void): HTMLElement {
  const node = document.createElement('button');
  node.className = 'jp-Button jp-mod-minimal jp-ReplicaQuery-footerButton';
  node.textContent = label;
  node.addEventListener('click', click);
  return node;
}
