import { type Summary } from '../../contract/view';
import { exactCount } from '../human-numbers';
import { arrangementWords, orderingHint } from './arrangement-words';
import { type ResultModel } from './result-model';

/** What the line below the grid can be asked for. */
export interface StatusActions {
  copyMenu(button: HTMLElement): void;
  download(): void;
  revealColumns(): void;
}

/** The line below the grid: order and filter, counts and sums of what is selected, and ways out. */
export class GridStatus {
  readonly node = document.createElement('div');
  private readonly arranged = part('jp-ReplicaGrid-arranged');
  private readonly summed = part('jp-ReplicaGrid-summed');
  private readonly clear: HTMLButtonElement;
  private readonly reveal: HTMLButtonElement;

  constructor(
    private readonly model: ResultModel,
    actions: StatusActions
  ) {
    this.node.className = 'jp-ReplicaGrid-status';
    const { arrangement } = model;
    this.clear = button('', '', () =>
      arrangement.state.kind === 'arranging'
        ? arrangement.cancel()
        : void arrangement.arrange({ sort: [], filters: [] })
    );
    this.reveal = button('', 'Show the hidden columns again', actions.revealColumns);
    const copy: HTMLButtonElement = button('Copy ▾', 'Copy what is selected', () => actions.copyMenu(copy));
    copy.setAttribute('aria-haspopup', 'menu');
    copy.setAttribute('aria-label', 'Copy what is selected');
    const download = button(
      'CSV',
      'Download all rows as CSV, as they are sorted and filtered',
      actions.download
    );
    const ways = document.createElement('span');
    ways.className = 'jp-ReplicaGrid-ways';
    ways.append(copy, download);
    this.node.append(this.arranged, this.clear, this.reveal, this.summed, ways);
  }

  show(hiddenColumns: number): void {
    const { arrangement } = this.model;
    const words = arrangementWords(this.model);
    write(this.arranged, words);
    this.arranged.title = words && orderingHint(arrangement.view?.orderings ?? []);
    this.node.classList.toggle('jp-mod-failed', arrangement.state.kind === 'failed');
    const isArranging = arrangement.state.kind === 'arranging';
    this.clear.hidden = words === '';
    write(this.clear, isArranging ? 'Cancel' : 'As read');
    this.clear.title = isArranging
      ? 'Keep the rows as they are'
      : 'All rows, in the order in which they came';
    this.reveal.hidden = hiddenColumns === 0;
    write(this.reveal, `${hiddenColumns} hidden`);
  }

  /** What is selected: a summary, that it is being counted, or nothing to say. */
  showSummary(summary: Summary | 'counting' | null): void {
    write(this.summed, summary === null ? '' : summary === 'counting' ? 'Counting…' : summaryWords(summary));
  }
}

/** `12 cells · sum 1,204.50 · average 100.38 · 3 NULL` */
function summaryWords({ cells, nulls, numbers, sum, average, min, max }: Summary): string {
  const facts = [`${exactCount(cells)} cells`];
  if (nulls > 0) facts.push(`${exactCount(nulls)} NULL`);
  if (sum !== null) {
    if (numbers < cells - nulls) facts.push(`${exactCount(numbers)} numbers`);
    facts.push(
      `sum ${grouped(sum)}`,
      `average ${grouped(average!)}`,
      `min ${grouped(min!)}`,
      `max ${grouped(max!)}`
    );
  }
  return facts.join(' · ');
}

/** Every digit, the whole part in groups of three. */
function grouped(number: string): string {
  const [whole = '', ...rest] = number.split('.');
  return [/^-?\d+$/.test(whole) ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole, ...rest].join('.');
}

function part(className: string): HTMLElement {
  const node = document.createElement('span');
  node.className = className;
  node.setAttribute('role', 'status');
  return node;
}

function write(node: HTMLElement, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

function button(label: string, hint: string, click: () => void): HTMLButtonElement {
  const node = document.createElement('button');
  node.className = 'jp-Button jp-mod-minimal jp-ReplicaGrid-statusButton';
  node.textContent = label;
  node.title = hint;
  node.addEventListener('click', click);
  return node;
}
