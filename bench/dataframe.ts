import { engine, type EngineOptions } from './engine';
import type { Measurement } from './measurement';
import { FRAME_TABLES } from './sample';

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
  for (const table of options.tables.filter(name => FRAME_TABLES.has(name))) {
    yield* comparisons(
      table,
      seen.filter(measurement => measurement.table === table)
    );
  }
}

/**
 * Times by their medians. Memory is that of the process that has the frame, as with all others, and together with the
 * gateway's, which is one process for all notebooks.
 */
function comparisons(table: string, figures: readonly Measurement[]): readonly Measurement[] {
  const of = (name: string, metric: string) =>
    figures.find(figure => figure.case === name && figure.metric === metric)?.value;
  const figure = (name: string, metric: string, value: number, unit: string): Measurement => ({
    ...{ bench: 'dataframe', case: name, table, metric },
    ...{ value: Number(value.toFixed(2)), unit }
  });
  const time = (name: string) => of(name, 'median') ?? NaN;
  const memory = (name: string) => of(name, 'peak-rss') ?? NaN;
  const withGateway = (name: string) => memory(name) + (of(name, 'gateway-peak-rss') ?? 0);
  const names = [...new Set(figures.map(({ case: name }) => name))];
  const peers = names.filter(name => !OURS.includes(name) && name !== 'limit');
  const all = [
    ...['read-sql', 'read-sql-psycopg2'].map(peer =>
      figure('frame-default', `ratio-to-${peer}`, time('frame-default') / time(peer), 'of its time')
    ),
    ...AS_FAITHFUL.map(peer =>
      figure('frame-pyarrow', `ratio-to-${peer}`, time('frame-pyarrow') / time(peer), 'of its time')
    ),
    ...OURS.slice(0, 2).flatMap(name => {
      const lowest = Math.min(...peers.map(memory));
      return [
        figure(name, 'rss-to-peers', memory(name) / lowest, 'of the lowest peer'),
        figure(name, 'rss-with-gateway-to-peers', withGateway(name) / lowest, 'of the lowest peer')
      ];
    })
  ];
  // Those of cases that were left out.
  return all.filter(({ value }) => Number.isFinite(value) && value > 0);
}
