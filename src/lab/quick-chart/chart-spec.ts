import { type Field } from '../../contract/query';
import { type ChartChoice, scaleOf } from './chart-choice';

/** Values of the drawn columns under names that no column can disturb. */
export interface ChartRow {
  readonly x: string | number | null;
  readonly y: string | number | null;
  readonly c: string | number | null;
}

/** Colours of the page that the chart stands on. */
export interface ChartColours {
  readonly text: string;
  readonly grid: string;
  readonly mark: string;
}

/** More are not told apart on an axis. */
const MOST_CATEGORIES = 50;

/** A Vega-Lite 5 specification. */
export function chartSpec(
  fields: readonly Field[],
  { kind, x, y, colour }: ChartChoice,
  values: readonly ChartRow[],
  colours: ChartColours
): Record<string, unknown> {
  const xField = fields[x]!;
  const yField = y === null ? null : fields[y]!;
  const along = { field: 'x', title: xField.name, type: scaleOf(xField) };
  const up =
    yField === null || kind === 'histogram'
      ? { aggregate: 'count', type: 'quantitative', title: 'rows' }
      : { field: 'y', title: yField.name, type: scaleOf(yField) };
  const encoding = {
    x:
      kind === 'histogram'
        ? { ...along, bin: scaleOf(xField) === 'quantitative' ? { maxbins: 30 } : undefined }
        : kind === 'bar' && along.type === 'quantitative'
          ? { ...along, type: 'ordinal' }
          : along.type === 'nominal' && kind === 'bar'
            ? { ...along, sort: '-y' }
            : along,
    y:
      kind === 'bar' && yField && up.type === 'quantitative'
        ? { ...up, aggregate: 'sum', title: `sum of ${yField.name}` }
        : up,
    ...(colour === null
      ? {}
      : { color: { field: 'c', title: fields[colour]!.name, type: scaleOf(fields[colour]!) } })
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    data: { values: kind === 'bar' && along.type === 'nominal' ? mostFrequent(values) : values },
    mark: { type: MARKS[kind], tooltip: true, ...(colour === null ? { color: colours.mark } : {}) },
    encoding,
    width: 'container',
    height: 'container',
    autosize: { type: 'fit', contains: 'padding' },
    background: 'transparent',
    config: {
      axis: {
        labelColor: colours.text,
        titleColor: colours.text,
        gridColor: colours.grid,
        domainColor: colours.grid,
        tickColor: colours.grid
      },
      legend: { labelColor: colours.text, titleColor: colours.text },
      view: { stroke: colours.grid }
    }
  };
}

const MARKS = { bar: 'bar', line: 'line', scatter: 'point', histogram: 'bar' } as const;

/** The rows of the categories that most rows have. */
function mostFrequent(values: readonly ChartRow[]): readonly ChartRow[] {
  const counts = new Map<ChartRow['x'], number>();
  values.forEach(({ x }) => counts.set(x, (counts.get(x) ?? 0) + 1));
  if (counts.size <= MOST_CATEGORIES) {
    return values;
  }
  const kept = new Set(
    [...counts]
      .sort(([, one], [, other]) => other - one)
      .slice(0, MOST_CATEGORIES)
      .map(([x]) => x)
  );
  return values.filter(({ x }) => kept.has(x));
}
