import { type ExportPlan } from '../../contract/storage';
import { button, element } from '../relation-details/element';
import { complete, input, labelled } from './form-fields';
import { proposedPartitions } from './partition-proposals';

/** Partitions as text, and below it proposals that a click adds or takes away. */
export class PartitionField {
  readonly node = element('div', 'jp-ReplicaExport-partitionField');
  private readonly text: HTMLInputElement;
  private readonly proposals = element('div', 'jp-ReplicaExport-proposals');
  private offered: ReturnType<typeof proposedPartitions> = [];

  constructor(value: string) {
    this.text = input('jp-ReplicaExport-partitions', value);
    this.text.placeholder = 'none, or created_at:month, status';
    this.text.addEventListener('input', () => this.draw());
    this.proposals.setAttribute('role', 'group');
    this.proposals.setAttribute('aria-label', 'Proposed partitions');
    this.node.append(labelled('Partitions', this.text), this.proposals);
  }

  get value(): string {
    return this.text.value;
  }

  propose(plan: Pick<ExportPlan, 'columns'>): void {
    this.offered = proposedPartitions(plan);
    complete(
      this.text,
      this.offered.map(({ text }) => text)
    );
    this.draw();
  }

  private draw(): void {
    const chosen = parts(this.text.value);
    const focused = this.proposals.contains(document.activeElement) ? document.activeElement : null;
    const label = focused?.getAttribute('data-text');
    this.proposals.replaceChildren(
      ...this.offered.map(({ text, hint }) => {
        const isOn = chosen.includes(text);
        const made = button(
          hint === '' ? text : `${text} · ${hint}`,
          () => this.toggle(text),
          'jp-ReplicaExport-proposal'
        );
        made.dataset['text'] = text;
        made.setAttribute('aria-pressed', String(isOn));
        return made;
      })
    );
    if (label) {
      this.proposals.querySelector<HTMLElement>(`[data-text="${CSS.escape(label)}"]`)?.focus();
    }
  }

  private toggle(text: string): void {
    const chosen = parts(this.text.value);
    const others = chosen.filter(one => one !== text);
    this.text.value = (others.length < chosen.length ? others : [...chosen, text]).join(', ');
    this.draw();
  }
}

const parts = (text: string): readonly string[] =>
  text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '');
