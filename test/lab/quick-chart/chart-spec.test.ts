import { type Field } from '../../../src/contract/query';
import { defaultChoice, type ChartChoice } from '../../../src/lab/quick-chart/chart-choice';
import { chartSpec, type ChartRow } from '../../../src/lab/quick-chart/chart-spec';

const field = (name: string, type: string): Field => ({ name, type, arrow: 'utf8' });
const FIELDS = [
  field('id', 'bigint'),
  field('created_at', 'timestamp with time zone'),
  field('status', 'order_status'),
  field('total', 'numeric(12,2)'),
  field('weight', 'double precision')
];
const COLOURS = { text: '#111', grid: '#ccc', mark: '#06c' };
const ROWS: readonly ChartRow[] = [{ x: 'a', y: 1, c: null }];

const spec = (choice: ChartChoice, rows = ROWS) => chartSpec(FIELDS, choice, rows, COLOURS);

describe('the chart that is drawn at first', () => {
  const of = (...columns: readonly number[]) => defaultChoice(columns.map(column => FIELDS[column]!));

  it('is a line over time, bars of a category, points of two numbers or a histogram of one', () => {
    expect(of(0, 1, 3)).toEqual({ kind: 'line', x: 1, y: 2, colour: null });
    expect(of(0, 2, 3)).toEqual({ kind: 'bar', x: 1, y: 2, colour: null });
    expect(of(3, 4)).toEqual({ kind: 'scatter', x: 0, y: 1, colour: null });
    expect(of(0, 3)).toEqual({ kind: 'histogram', x: 1, y: null, colour: null });
  });

  it('counts rows where there is nothing to sum, and takes no key for a number', () => {
    expect(of(0, 2)).toEqual({ kind: 'bar', x: 1, y: null, colour: null });
    expect(of(0)).toEqual({ kind: 'bar', x: 0, y: null, colour: null });
  });
});

it('names the axes by the columns, and the columns by letters that no name disturbs', () => {
  expect(spec({ kind: 'line', x: 1, y: 3, colour: 2 })).toMatchObject({
    data: { values: ROWS },
    mark: { type: 'line' },
    encoding: {
      x: { field: 'x', title: 'created_at', type: 'temporal' },
      y: { field: 'y', title: 'total', type: 'quantitative' },
      color: { field: 'c', title: 'status', type: 'nominal' }
    }
  });
});

it('sums bars by category, the highest first, and counts rows without y', () => {
  expect(spec({ kind: 'bar', x: 2, y: 3, colour: null })).toMatchObject({
    mark: { type: 'bar', color: '#06c' },
    encoding: { x: { type: 'nominal', sort: '-y' }, y: { aggregate: 'sum', title: 'sum of total' } }
  });
  expect(spec({ kind: 'bar', x: 0, y: null, colour: null })).toMatchObject({
    encoding: { x: { type: 'ordinal' }, y: { aggregate: 'count', title: 'rows' } }
  });
});

it('bins a histogram of numbers, and counts each value of what is not one', () => {
  expect(spec({ kind: 'histogram', x: 4, y: 3, colour: null })).toMatchObject({
    encoding: { x: { bin: { maxbins: 30 } }, y: { aggregate: 'count' } }
  });
  expect(spec({ kind: 'histogram', x: 2, y: null, colour: null })).toMatchObject({
    encoding: { x: { bin: undefined } }
  });
});

it('keeps the rows of the fifty most frequent categories', () => {
  const rows = Array.from({ length: 60 }, (_, n): ChartRow => ({ x: `category ${n}`, y: n, c: null }));
  const often = [...rows, ...rows.slice(20)];
  const { data } = spec({ kind: 'bar', x: 2, y: 3, colour: null }, often) as {
    data: { values: ChartRow[] };
  };
  expect(new Set(data.values.map(({ x }) => x)).size).toBe(50);
  expect(data.values.map(({ x }) => x)).toEqual(expect.arrayContaining(['category 20', 'category 59']));
});

it('draws in the colours of the page', () => {
  expect(spec({ kind: 'scatter', x: 3, y: 4, colour: null })).toMatchObject({
    background: 'transparent',
    mark: { type: 'point', color: '#06c' },
    config: { axis: { labelColor: '#111', gridColor: '#ccc' }, legend: { labelColor: '#111' } }
  });
});
