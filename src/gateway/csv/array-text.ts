import type { CellText } from './cell-text';

/** Characters that would end an element or be taken for something else, the word NULL among them. */
const NEEDS_QUOTES = /^$|[{}",\\\s]|^null$/i;

/** Elements from `start` up to `end` as PostgreSQL writes an array: {1,NULL,3}. */
export function arrayText(element: CellText, start: number, end: number): string {
  const elements: string[] = [];
  for (let at = start; at < end; at++) {
    const text = element(at);
    elements.push(text === null ? 'NULL' : quoted(text));
  }
  return `{${elements.join(',')}}`;
}

function quoted(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;
}
