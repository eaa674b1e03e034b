import { Widget } from '@lumino/widgets';
import { shortType } from '../../sql/short-type';
import { type ParameterValues } from './parameter-values';

/** What a type is written like. */
const EXAMPLES: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  date: '2026-01-31',
  'timestamp with time zone': '2026-01-31 12:00:00+00',
  'timestamp without time zone': '2026-01-31 12:00:00',
  interval: '7 days',
  uuid: '00000000-0000-0000-0000-000000000000',
  jsonb: '{"key": 1}',
  json: '{"key": 1}'
};
const NUMBERS = /^(smallint|integer|bigint|numeric|real|double precision)\b/;

/** A field for each parameter of the statement at the cursor. Hidden while it has none. */
export class ParameterBar extends Widget {
  private shape = '';
  private readonly fields = document.createElement('div');
  private readonly problem = document.createElement('p');
  private readonly inputs = new Map<string, HTMLInputElement>();

  constructor(
    private readonly values: ParameterValues,
    private readonly run: () => void
  ) {
    super();
    this.addClass('jp-ReplicaQuery-parameters');
    this.node.setAttribute('role', 'group');
    this.node.setAttribute('aria-label', 'Parameters');
    this.fields.className = 'jp-ReplicaQuery-parameterFields';
    this.problem.className = 'jp-ReplicaQuery-parameterProblem';
    this.problem.setAttribute('role', 'alert');
    this.node.append(this.fields, this.problem);
    values.changed.connect(this.refresh, this);
    this.refresh();
  }

  /** Says that a parameter lacks a value, and puts the keyboard into its field. */
  askFor(name: string): void {
    this.say(`Give ${this.written(name)} a value, or mark it as NULL.`);
    this.inputs.get(name)?.focus();
  }

  focusFirst(): void {
    this.fields.querySelector('input')?.focus();
  }

  private refresh(): void {
    const { style, names } = this.values.wanted;
    this.setHidden(style === 'none');
    const shape = JSON.stringify([style, names, names.map(name => this.values.type(name))]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.keepingFocus(() => this.fields.replaceChildren(...names.map(name => this.field(name))));
    }
    names.forEach(name => this.write(name));
    this.say(
      style === 'mixed' ? 'This statement has both :name and $1. Write all of its parameters one way.' : ''
    );
  }

  private say(text: string): void {
    this.problem.textContent = text;
    this.problem.hidden = text === '';
  }

  private written(name: string): string {
    return this.values.wanted.style === 'numbered' ? `$${name}` : `:${name}`;
  }

  private field(name: string): HTMLElement {
    const type = this.values.type(name);
    const label = document.createElement('label');
    const input = document.createElement('input');
    input.name = name;
    this.inputs.set(name, input);
    input.spellcheck = false;
    input.autocomplete = 'off';
    input.placeholder = (type && EXAMPLES[type]) ?? '';
    input.inputMode = type && NUMBERS.test(type) ? 'decimal' : 'text';
    input.addEventListener('input', () => this.values.change(name, { text: input.value, isNull: false }));
    input.addEventListener('keydown', event => {
      if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !event.altKey) this.run();
    });
    label.append(this.written(name), input);
    const field = document.createElement('div');
    field.className = 'jp-ReplicaQuery-parameter';
    field.append(label);
    if (type) {
      const hint = document.createElement('span');
      hint.className = 'jp-ReplicaQuery-parameterType';
      hint.textContent = shortType(type);
      hint.title = type;
      field.append(hint);
    }
    field.append(
      this.toggle(name, 'isNull', 'NULL', `Bind NULL to ${this.written(name)}`),
      this.toggle(name, 'secret', 'secret', 'Keep this value out of the history, saved queries and storage')
    );
    return field;
  }

  private toggle(name: string, key: 'isNull' | 'secret', label: string, hint: string): HTMLElement {
    const button = document.createElement('button');
    button.className = 'jp-Button jp-mod-minimal jp-ReplicaQuery-toggle';
    button.type = 'button';
    button.textContent = label;
    button.title = hint;
    button.setAttribute('aria-label', `${label}: ${this.written(name)}`);
    button.dataset['key'] = key;
    button.addEventListener('click', () =>
      this.values.change(name, { [key]: !this.values.value(name)[key] })
    );
    return button;
  }

  private write(name: string): void {
    const input = this.inputs.get(name);
    const field = input?.closest<HTMLElement>('.jp-ReplicaQuery-parameter');
    if (!field || !input) {
      return;
    }
    const value = this.values.value(name);
    const shown = value.text ?? '';
    if (input.value !== shown) input.value = shown;
    input.type = value.secret ? 'password' : 'text';
    input.disabled = value.isNull;
    for (const key of ['isNull', 'secret'] as const) {
      field.querySelector(`[data-key=${key}]`)?.setAttribute('aria-pressed', String(value[key]));
    }
  }

  private keepingFocus(change: () => void): void {
    const active = document.activeElement;
    const name = active instanceof HTMLInputElement && this.fields.contains(active) ? active.name : null;
    const at = active instanceof HTMLInputElement ? active.selectionStart : null;
    change();
    if (name !== null) {
      const again = this.inputs.get(name);
      if (again) {
        again.value = this.values.value(name).text ?? '';
        again.focus();
        again.setSelectionRange(at, at);
      }
    }
  }
}
