import { Dialog, showDialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { type Field } from '../../contract/query';
import { type Filter, FILTER_OPERATORS, type FilterOperator } from '../../contract/view';

/** Operators as a person reads them. */
export const OPERATOR_WORDS: Readonly<Record<FilterOperator, string>> = {
  equals: '=',
  differs: '≠',
  less: '<',
  'at-most': '≤',
  greater: '>',
  'at-least': '≥',
  contains: 'contains',
  lacks: 'does not contain',
  null: 'is NULL',
  'not-null': 'is not NULL'
};

/** Asks for the filter of a column. Null takes it away, undefined leaves all as it is. */
export async function askFilter(
  field: Field,
  column: number,
  present: Filter | undefined
): Promise<Filter | null | undefined> {
  const form = new FilterForm(field, present);
  const remove = Dialog.warnButton({ label: 'Remove filter' });
  const apply = Dialog.okButton({ label: 'Filter' });
  const { button } = await showDialog({
    title: `Filter the rows read by ${field.name}`,
    body: form,
    buttons: [Dialog.cancelButton(), ...(present ? [remove] : []), apply],
    focusNodeSelector: 'input'
  });
  if (button.label === remove.label) {
    return null;
  }
  return button.accept ? { column, ...form.getValue() } : undefined;
}

class FilterForm extends Widget implements Dialog.IBodyWidget<Omit<Filter, 'column'>> {
  private readonly operator = document.createElement('select');
  private readonly value = document.createElement('input');

  constructor(field: Field, present: Filter | undefined) {
    super();
    this.addClass('jp-ReplicaGrid-filterForm');
    this.operator.setAttribute('aria-label', 'Condition');
    const first = /^(text|character|varchar|name|citext|json|xml)/.test(field.type) ? 'contains' : 'equals';
    for (const operator of FILTER_OPERATORS) {
      const isPresent = operator === (present?.operator ?? first);
      this.operator.add(new Option(OPERATOR_WORDS[operator], operator, isPresent, isPresent));
    }
    this.value.setAttribute('aria-label', `Value of ${field.name}`);
    this.value.className = 'jp-mod-styled';
    this.operator.className = 'jp-mod-styled';
    this.value.placeholder = field.type;
    this.value.value = present?.value ?? '';
    this.operator.addEventListener('change', () => this.refresh());
    this.node.append(this.operator, this.value);
    this.refresh();
  }

  getValue(): Omit<Filter, 'column'> {
    const operator = FILTER_OPERATORS.find(known => known === this.operator.value) ?? 'equals';
    return { operator, value: this.value.disabled ? '' : this.value.value };
  }

  private refresh(): void {
    this.value.disabled = /null$/.test(this.operator.value);
  }
}
