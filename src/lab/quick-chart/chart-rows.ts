import { type Field } from '../../contract/query';
import { rowTexts } from '../result-grid/cell-rows';
import { type ResultModel } from '../result-grid/result-model';
import { type ChartChoice, scaleOf } from './chart-choice';
import { type ChartRow } from './chart-spec';

/** What a browser draws at once; of a larger result stretches all over it are drawn. */
export const MOST_ROWS = 5_000;
const STRETCHES = 20;

/** The values to draw, of the rows as they are sorted and filtered. */
export async function chartRows(
  model: ResultModel,
  choice: ChartChoice,
  signal: AbortSignal
): Promise<ChartRow[]> {
  const columns = [...new Set([choice.x, choice.y, choice.colour])].filter(column => column !== null);
  const { viewId } = model.arrangement;
  const all = model.rowCount;
  const stretches = all <= MOST_ROWS ? 1 : STRETCHES;
  const length = Math.min(all, MOST_ROWS) / stretches;
  const rows: ChartRow[] = [];
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const offset = Math.floor((stretch * (all - length)) / Math.max(1, stretches - 1));
    const page = await model.source.rows(offset, Math.ceil(length), { columns, isCut: true, viewId }, signal);
    for (const texts of rowTexts(page)) {
      const value = (column: number | null) =>
        column === null ? null : plotted(texts[columns.indexOf(column)] ?? null, model.fields[column]!);
      rows.push({ x: value(choice.x), y: value(choice.y), c: value(choice.colour) });
    }
  }
  return rows;
}

/** Numbers as doubles and times as ISO 8601; a chart needs no more of them. What is not finite is not drawn. */
function plotted(text: string | null, field: Field): string | number | null {
  if (text === null) {
    return null;
  }
  switch (scaleOf(field)) {
    case 'quantitative': {
      const number = Number(text.replace(/[$,]/g, ''));
      return Number.isFinite(number) ? number : null;
    }
    case 'temporal':
      return /infinity| BC$/.test(text) ? null : text.replace(' ', 'T').replace(/\+00$/, 'Z');
    case 'nominal':
      return text.length > 60 ? `${text.slice(0, 60)}…` : text;
  }
}
