import { type Field } from '../../contract/query';
import { type ChartChoice, scaleOf } from './chart-choice';

/** Python that draws the same with matplotlib from a DataFrame; `{df}` stands for its variable. */
export function chartCode(fields: readonly Field[], { kind, x, y, colour }: ChartChoice): string {
  const column = (number: number) => `{df}[${quoted(fields[number]!.name)}]`;
  const name = (number: number) => quoted(fields[number]!.name);
  const lines = ['import matplotlib.pyplot as plt', '', 'fig, ax = plt.subplots()'];
  const by = colour === null ? null : `for value, part in {df}.groupby(${name(colour)}):`;
  const inPart = (number: number) => `part[${name(number)}]`;
  if (kind === 'histogram') {
    lines.push(
      `ax.hist(${column(x)}.dropna().astype(${scaleOf(fields[x]!) === 'quantitative' ? '"float64"' : 'str'}), bins=30)`
    );
  } else if (kind === 'bar') {
    const bars =
      y === null
        ? `${column(x)}.value_counts()`
        : `{df}.groupby(${name(x)})[${name(y)}].sum().sort_values(ascending=False)`;
    lines.push(
      `bars = ${bars}.head(50)`,
      'ax.bar(bars.index.astype(str), bars.astype("float64"))',
      'ax.tick_params(axis="x", rotation=45)'
    );
  } else {
    const draw = kind === 'line' ? 'plot' : 'scatter';
    const ordered = kind === 'line' ? `.sort_values(${name(x)})` : '';
    lines.push(
      ...(by && y !== null
        ? [
            by,
            `    part = part${ordered}`,
            `    ax.${draw}(${inPart(x)}, ${inPart(y)}, label=str(value))`,
            'ax.legend()'
          ]
        : [
            `part = {df}${ordered}`,
            `ax.${draw}(${inPart(x)}, ${y === null ? 'range(len(part))' : inPart(y)})`
          ])
    );
  }
  lines.push(
    `ax.set_xlabel(${name(x)})`,
    `ax.set_ylabel(${y === null || kind === 'histogram' ? '"rows"' : name(y)})`,
    'plt.show()'
  );
  return lines.join('\n');
}

/** A Python literal, in which the mark for the variable is not found again. */
const quoted = (text: string): string => JSON.stringify(text).replaceAll('{df}', '\\u007bdf}');
