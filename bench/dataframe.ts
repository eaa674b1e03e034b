import { ASKED_TABLES } from './asked';
import { engine, type EngineOptions } from './engine';
import type { Measurement } from './measurement';

const OURS = ['frame-default', 'frame-pyarrow', 'frame-decimal'];
/** Whose result has no better types than ours with `dtype_backend="pyarrow"`. */
const AS_FAITHFUL = ['adbc-pandas', 'connectorx-pandas'];

/** From SQL to a frame by us and by others, in the same rounds, and how the figures that users compare relate. */
export async function* dataframe(options: EngineOptions): AsyncGenerator<Measurement> {
  const seen: Measurement[] = [];
  for await (const measurement of engine('dataframe', options)) {
    seen.push(measurement);
    yield measurement;
  }
  for (const table of options.tables.filter(name => ASKED_TABLES.has(name))) {
    yield* comparisons(
      table,
      seen.filter(measurement => measurement.table === table)
    );
  }
}

/** Times by their medians; memory is this process and the gateway's together where there is one. */
function comparisons(table: string, figures: readonly Measurement[]): readonly Measurement[] {
  const of = (name: string, metric: string) =>
    figures.find(figure => figure.case === name && figure.metric === metric)?.value;
  const figure = (name: string, metric: string, value: number, unit: string): Measurement => ({
    ...{ bench: 'dataframe', case: name, table, metric },
    ...{ value: Number(value.toFixed(2)), unit }
  });
  const time = (name: string) => of(name, 'median') ?? NaN;
  const memory = (name: string) => (of(name, 'peak-rss') ?? NaN) + (of(name, 'gateway-peak-rss') ?? 0);
  const names = [...new Set(figures.map(({ case: name }) => name))];
  const peers = names.filter(name => !OURS.includes(name) && name !== 'limit');
  const all = [
    ...['read-sql', 'read-sql-psycopg2'].map(peer =>
      figure('frame-default', `ratio-to-${peer}`, time('frame-default') / time(peer), 'of its time')
    ),
    ...AS_FAITHFUL.map(peer =>
      figure('frame-pyarrow', `ratio-to-${peer}`, time('frame-pyarrow') / time(peer), 'of its time')
    ),
    ...OURS.slice(0, 2).map(name =>
      figure(name, 'rss-to-peers', memory(name) / Math.min(...peers.map(memory)), 'of the lowest peer')
    )
  ];
  // Those of cases that were left out.
  return all.filter(({ value }) => Number.isFinite(value) && value > 0);
}
