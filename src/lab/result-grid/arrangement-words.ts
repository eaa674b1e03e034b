import { type Field } from '../../contract/query';
import { type Filter, type Ordering, type ViewRequest } from '../../contract/view';
import { exactCount } from '../human-numbers';
import { OPERATOR_WORDS } from './column-filter';
import { type ResultModel } from './result-model';

/** How the rows are sorted and filtered, and over which of them, in one line; empty for rows as the server sent them. */
export function arrangementWords(model: ResultModel): string {
  const { arrangement, fields } = model;
  const { state, request, view } = arrangement;
  if (state.kind === 'arranging') {
    return `${capital(asked(state.request, fields))}… ${exactCount(model.allRows)} rows`;
  }
  if (state.kind === 'failed') {
    return `Not ${asked(state.request, fields)}: ${state.error.message} ${state.error.action ?? ''}`.trim();
  }
  if (!view) {
    return '';
  }
  const found = request.filters.length > 0 ? ` · ${exactCount(view.rows)} rows` : '';
  const where =
    model.isComplete && !model.isTruncated
      ? `in all ${exactCount(view.of)} rows`
      : `in the ${exactCount(view.of)} rows read`;
  return `${capital(asked(request, fields))}${found} · here, ${where}`;
}

/** What a person may want to know of the order. */
export function orderingHint(orderings: readonly Ordering[]): string {
  return [
    'The rows that were read are sorted and filtered on this machine; the statement is not run again.',
    ...(orderings.length > 0 ? ['NULLs come last, rows that are equal keep their order.'] : []),
    ...(orderings.includes('text') ? ['Text goes by its code points, as with COLLATE "C".'] : [])
  ].join('\n');
}

function filterWords({ operator, value }: Filter, { name }: Field): string {
  const words = `${name} ${OPERATOR_WORDS[operator]}`;
  return operator.endsWith('null')
    ? words
    : `${words} ${value.length > 30 ? `${value.slice(0, 30)}…` : value}`;
}

function asked({ sort, filters }: ViewRequest, fields: readonly Field[]): string {
  const keys = sort.map(({ column, descending }) => `${fields[column]!.name} ${descending ? '↓' : '↑'}`);
  const conditions = filters.map(filter => filterWords(filter, fields[filter.column]!));
  return [
    ...(keys.length > 0 ? [`sorted by ${keys.join(', ')}`] : []),
    ...(conditions.length > 0 ? [`filtered by ${conditions.join(' and ')}`] : [])
  ].join(', ');
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
