import { Widget } from '@lumino/widgets';
import { type Field } from '../../contract/query';
import { CHART_KINDS, type ChartChoice } from './chart-choice';

/** The line above a chart: what kind it is, which columns it draws, and the way into the notebook. */
export class ChartControls extends Widget {
  private readonly kind: HTMLSelectElement;
  private readonly x: HTMLSelectElement;
  private readonly y: HTMLSelectElement;
  private readonly colour: HTMLSelectElement;

  constructor(
    fields: readonly Field[],
    choice: ChartChoice,
    private readonly chosen: (choice: ChartChoice) => void,
    toCell: (() => void) | null
  ) {
    super();
    this.addClass('jp-ReplicaChart-controls');
    const columns = fields.map(({ name }, column) => [String(column), name] as const);
    const kinds = CHART_KINDS.map(kind => [kind, kind] as const);
    this.kind = this.select('Chart', kinds, choice.kind);
    this.x = this.select('x', columns, String(choice.x));
    this.y = this.select('y', [['', 'rows, counted'], ...columns], String(choice.y ?? ''));
    this.colour = this.select('colour', [['', 'none'], ...columns], String(choice.colour ?? ''));
    if (toCell) {
      const button = document.createElement('button');
      button.className = 'jp-Button jp-mod-minimal jp-ReplicaChart-toCell';
      button.textContent = '→ Notebook';
      button.title = 'A cell with the DataFrame of this statement, and this chart with matplotlib';
      button.addEventListener('click', toCell);
      this.node.append(button);
    }
    this.refresh();
  }

  private get choice(): ChartChoice {
    const column = (select: HTMLSelectElement) => (select.value === '' ? null : Number(select.value));
    return {
      kind: CHART_KINDS.find(kind => kind === this.kind.value) ?? 'bar',
      x: Number(this.x.value),
      y: column(this.y),
      colour: column(this.colour)
    };
  }

  private select(
    label: string,
    options: readonly (readonly [string, string])[],
    value: string
  ): HTMLSelectElement {
    const node = document.createElement('select');
    for (const [key, text] of options) {
      node.add(new Option(text, key, key === value, key === value));
    }
    node.addEventListener('change', () => {
      this.refresh();
      this.chosen(this.choice);
    });
    const named = document.createElement('label');
    named.append(label, ' ', node);
    this.node.append(named);
    return node;
  }

  private refresh(): void {
    this.y.disabled = this.kind.value === 'histogram';
  }
}
