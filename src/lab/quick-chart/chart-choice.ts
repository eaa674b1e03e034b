import { type Field } from '../../contract/query';

export const CHART_KINDS = ['bar', 'line', 'scatter', 'histogram'] as const;
type ChartKind = (typeof CHART_KINDS)[number];

/** What a column can be on a chart. */
export type Scale = 'quantitative' | 'temporal' | 'nominal';

/** What is drawn, by column number. Null for `y` counts rows; null for `colour` draws all in one. */
export interface ChartChoice {
  readonly kind: ChartKind;
  readonly x: number;
  readonly y: number | null;
  readonly colour: number | null;
}

export function scaleOf({ type }: Field): Scale {
  if (/^(smallint|integer|bigint|numeric|real|double precision|money|oid)(\(.*\))?$/.test(type))
    return 'quantitative';
  return /^(date|timestamp)/.test(type) ? 'temporal' : 'nominal';
}

/** A line over time, bars of a number by category, points of two numbers, a histogram of one, else counted bars. */
export function defaultChoice(fields: readonly Field[]): ChartChoice {
  const first = (scale: Scale, but = -1) => {
    const isGood = (field: Field, column: number) =>
      scaleOf(field) === scale && column !== but && !isKey(field);
    const found = fields.findIndex(isGood);
    return found < 0 ? null : found;
  };
  const [time, category, number] = [first('temporal'), first('nominal'), first('quantitative')];
  if (time !== null && number !== null) return { kind: 'line', x: time, y: number, colour: null };
  if (category !== null && number !== null) return { kind: 'bar', x: category, y: number, colour: null };
  const second = number === null ? null : first('quantitative', number);
  if (number !== null && second !== null) return { kind: 'scatter', x: number, y: second, colour: null };
  if (number !== null) return { kind: 'histogram', x: number, y: null, colour: null };
  return { kind: 'bar', x: category ?? time ?? 0, y: null, colour: null };
}

/** Numbers that name rows tell nothing on an axis. */
const isKey = ({ name, type }: Field): boolean => /(^|_)id$/i.test(name) || type === 'uuid';
