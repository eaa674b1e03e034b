import type { Measurement } from './measurement';
import { TABLE_NAMES } from './sample';

/** What a figure may be at most on a quiet machine with two processors, with TLS and without. */
interface Asked {
  readonly case: string;
  readonly metric: string;
  readonly atMost: number;
}

// prettier-ignore
const ASKED: readonly Asked[] = [
  { case: 'gateway-arrow',       metric: 'ratio',            atMost: 1.0 },
  { case: 'python-arrow',        metric: 'ratio',            atMost: 1.1 },
  { case: 'python-pandas-arrow', metric: 'ratio',            atMost: 1.15 },
  { case: 'python-pandas',       metric: 'ratio',            atMost: 1.35 },
  { case: 'parallel-2',          metric: 'ratio-to-single',  atMost: 0.75 },
  { case: 'first-rows',          metric: 'latency',          atMost: 100 },
  { case: 'slow-reader',         metric: 'gateway-peak-rss', atMost: 160 },
  { case: 'gateway-spool',       metric: 'peak-rss',         atMost: 160 },
  { case: 'export-zstd',         metric: 'ratio',            atMost: 1.4 },
  { case: 'export-zstd',         metric: 'peak-rss',         atMost: 500 },
  { case: 'export-zstd',         metric: 'file-to-pyarrow',  atMost: 1.0 },
  { case: 'export-pages',        metric: 'page-p99',         atMost: 50 },
  { case: 'python-arrow',        metric: 'gateway-peak-rss', atMost: 160 },
  { case: 'python-pandas',       metric: 'gateway-peak-rss', atMost: 160 },
  { case: 'python-arrow',        metric: 'ratio-to-fastest', atMost: 1.0 },
  { case: 'python-pandas',       metric: 'ratio-to-fastest', atMost: 1.0 },
  { case: 'python-arrow',        metric: 'peak-rss',         atMost: 200 },
  { case: 'frame-default', metric: 'ratio-to-read-sql',          atMost: 0.2 },
  { case: 'frame-default', metric: 'ratio-to-read-sql-psycopg2', atMost: 0.2 },
  { case: 'frame-pyarrow', metric: 'ratio-to-adbc-pandas',       atMost: 1.0 },
  { case: 'frame-pyarrow', metric: 'ratio-to-connectorx-pandas', atMost: 1.0 },
  { case: 'frame-default', metric: 'rss-to-peers',               atMost: 1.0 },
  { case: 'frame-pyarrow', metric: 'rss-to-peers',               atMost: 1.0 },
  { case: 'frame-pyarrow', metric: 'peak-rss',                   atMost: 200 },
  { case: 'catalog',     metric: 'open',          atMost: 1 },
  { case: 'sidebar',     metric: 'open',          atMost: 1 },
  { case: 'sidebar',     metric: 'expand',        atMost: 50 },
  { case: 'sidebar',     metric: 'scroll-most',   atMost: 50 },
  { case: 'sidebar',     metric: 'filter',        atMost: 50 },
  { case: 'sidebar',     metric: 'memory',        atMost: 100 },
  { case: 'first row',   metric: 'made to shown', atMost: 100 },
  { case: 'grid, drag',  metric: 'frame, 95 %',   atMost: 50 },
  { case: 'grid, wheel', metric: 'frame, 95 %',   atMost: 50 }
];

/** The tables that the figures are asked of, each with TLS and without. */
const ASKED_TABLES: ReadonlySet<string> = new Set(TABLE_NAMES);

/** The full size of the workbench. */
const ASKED_SIZES: ReadonlySet<string> = new Set(['30000 tables', 'slow rows', '5000000 rows']);

/** One sentence for each figure that is above what is asked. */
export function aboveAsked(measurements: readonly Measurement[]): readonly string[] {
  return measurements.flatMap(({ case: name, table, metric, value, unit }) =>
    ASKED.filter(
      asked =>
        asked.case === name &&
        asked.metric === metric &&
        (ASKED_TABLES.has(table.replace(/ plain$/, '')) || ASKED_SIZES.has(table)) &&
        value > asked.atMost
    ).map(({ atMost }) => `${name} of ${table}: ${metric} is ${value} ${unit}, asked is ${atMost} at most.`)
  );
}
