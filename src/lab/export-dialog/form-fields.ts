import { element } from '../relation-details/element';

let lists = 0;

/** Offers values below a field, as the browser does. */
export function complete(field: HTMLInputElement, values: readonly string[]): void {
  const list = field.list ?? document.createElement('datalist');
  list.replaceChildren(...values.map(value => new Option(value, value)));
  if (!field.list) {
    list.id = `jp-ReplicaExport-list-${++lists}`;
    field.after(list);
    field.setAttribute('list', list.id);
  }
}

export function input(className: string, value: string): HTMLInputElement {
  const node = document.createElement('input');
  node.className = `${className} jp-mod-styled`;
  node.value = value;
  node.spellcheck = false;
  node.autocomplete = 'off';
  return node;
}

export function select<T extends string>(
  className: string,
  choices: readonly (readonly [T, string])[],
  value: T
): HTMLSelectElement {
  const node = element(
    'select',
    `${className} jp-mod-styled`,
    ...choices.map(([choice, label]) => new Option(label, choice))
  );
  node.value = value;
  return node;
}

export function labelled(text: string, field: HTMLElement): HTMLElement {
  return element('label', '', element('span', '', text), field);
}

/** A fact beside its name, laid out as a field is. */
export function fact(text: string, value: HTMLElement): HTMLElement {
  return element('div', 'jp-ReplicaExport-fact', element('span', '', text), value);
}

/** Two or more choices of which one is made. */
export function radios<T extends string>(
  legend: string,
  choices: readonly (readonly [T, string])[],
  value: T
): { readonly node: HTMLElement; readonly chosen: () => T } {
  const name = `jp-ReplicaExport-radio-${++lists}`;
  const node = element('div', 'jp-ReplicaExport-fact');
  const group = element('div', 'jp-ReplicaExport-radios');
  group.setAttribute('role', 'radiogroup');
  group.setAttribute('aria-label', legend);
  const fields = choices.map(([choice, label]) => {
    const field = document.createElement('input');
    field.type = 'radio';
    field.name = name;
    field.value = choice;
    field.checked = choice === value;
    group.append(element('label', '', field, label));
    return { field, choice };
  });
  node.append(element('span', '', legend), group);
  return { node, chosen: () => fields.find(({ field }) => field.checked)?.choice ?? value };
}
