import { DataType, type Field, type Table } from 'apache-arrow';
import { textOf } from '../../cells/cell-text';
import { element } from '../relation-details/element';
import { type Place } from './row-place';

/** More cells than these make the page slow, and are no glance any more. */
const MOST_COLUMNS = 100;
const CELL_CHARS = 200;

/** One line about the rows, and the rows as a table. */
export function previewTable(
  { uri, files }: Pick<Place, 'uri' | 'files'>,
  rows: Table,
  isCut: boolean
): readonly HTMLElement[] {
  const fields = rows.schema.fields.slice(0, MOST_COLUMNS);
  const hidden = rows.schema.fields.length - fields.length;
  const counted = rows.numRows === 1 ? '1 row' : `${rows.numRows} rows`;
  const shown = isCut ? `first ${counted}` : counted;
  const line = [
    files > 1 ? `${shown} of the first of ${files} files` : shown,
    ...(hidden > 0 ? [`first ${MOST_COLUMNS} of ${rows.schema.fields.length} columns`] : []),
    uri
  ].join(' · ');
  const body = element('tbody');
  for (const batch of rows.batches) {
    const columns = batch.data.children.slice(0, MOST_COLUMNS).map(textOf);
    for (let index = 0; index < batch.numRows; index++) {
      body.append(element('tr', '', ...columns.map((text, column) => cell(text(index), fields[column]!))));
    }
  }
  const table = element(
    'table',
    'jp-ReplicaPreview-table',
    element('thead', '', element('tr', '', ...fields.map(head))),
    body
  );
  table.setAttribute('aria-label', `First rows of ${uri}`);
  const scroller = element('div', 'jp-ReplicaPreview-scroller', table);
  scroller.tabIndex = 0;
  scroller.setAttribute('role', 'region');
  scroller.setAttribute('aria-label', `First rows of ${uri}`);
  return [element('p', 'jp-ReplicaPreview-line', line), scroller];
}

function head(field: Field): HTMLElement {
  const type = field.metadata.get('pg:type') ?? String(field.type);
  const made = element('th', isNumber(field) ? 'jp-mod-number' : '', field.name);
  made.scope = 'col';
  made.title = `${field.name}, ${type}`;
  made.append(element('span', 'jp-ReplicaPreview-type', type));
  return made;
}

function cell(text: string | null, field: Field): HTMLElement {
  if (text === null) {
    return element('td', 'jp-mod-null', 'NULL');
  }
  const made = element('td', isNumber(field) ? 'jp-mod-number' : '');
  made.textContent = text.length > CELL_CHARS ? `${text.slice(0, CELL_CHARS)}…` : text;
  if (text.length > CELL_CHARS) made.title = text;
  return made;
}

const isNumber = ({ type }: Field): boolean =>
  DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type);
