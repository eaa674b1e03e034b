import type { ColumnBuilder } from '../../src/gateway/columns/column-builder';
import { TextColumns } from '../../src/gateway/columns/text-columns';
import type { Cells } from '../../src/gateway/postgres/data-row';
import { Session } from '../../src/gateway/postgres/session';
import { SourceColumns } from '../../src/gateway/postgres/source-columns';
import { TypeNames } from '../../src/gateway/postgres/type-names';
import { resultColumns } from '../../src/gateway/result-columns';
import { median, type Measurement } from '../measurement';
import { type ReplicaAccess, sessionOptions } from './reader';

const ROWS = 100_000;

/** Type by its name, and an expression of `i` that gives its values; every fifth is NULL where `nulls`. */
const COLUMNS: readonly (readonly [name: string, expression: string])[] = [
  ['boolean', 'i % 2 = 0'],
  ['integer', 'i::int'],
  ['integer, a fifth NULL', 'CASE WHEN i % 5 > 0 THEN i::int END'],
  ['bigint', 'i * 1000003'],
  ['double precision', 'sin(i)'],
  ['numeric(15,2)', '(i / 7.0)::numeric(15,2)'],
  ['numeric(38,10)', '(i * 1e18 + 0.123456789)::numeric(38,10)'],
  ['numeric', 'i / 7.0'],
  ['date', "date '2000-01-01' + (i % 20000)::int"],
  ['timestamptz', "timestamptz '2000-01-01 00:00+00' + i * interval '37.123456 s'"],
  ['uuid', 'md5(i::text)::uuid'],
  ['text of 8 bytes', "lpad(i::text, 8, 'x')"],
  ['text of 200 bytes', "lpad(i::text, 200, 'x')"],
  ['jsonb', "jsonb_build_object('page', i, 'ok', true)"],
  ['integer[]', 'ARRAY[i, 2 * i, 3 * i]::int[]'],
  ['text[]', "ARRAY['a' || i, 'b']"],
  ['inet[]', "ARRAY['10.0.0.1'::inet + i]"]
];

/**
 * The wire's bytes of one column, recorded once from the replica, are turned into Arrow again and again. `cold` is the first time
 * in this process, `warm` the median of the others.
 */
export async function* builderCosts(
  access: ReplicaAccess,
  rounds: number,
  signal: AbortSignal
): AsyncGenerator<Measurement> {
  const session = await Session.connect(access.credentials, sessionOptions(access));
  for (const [name, expression] of COLUMNS) {
    signal.throwIfAborted();
    yield* figures(name, await record(session, expression), rounds);
  }
  session.close();
}

interface Recording {
  readonly runs: readonly Cells[];
  readonly builder: ColumnBuilder;
}

/** One column's cells as the wire has them, in runs as long as the gateway's. */
async function record(session: Session, expression: string): Promise<Recording> {
  const sql = `SELECT ${expression} FROM generate_series(1::bigint, ${ROWS}) i`;
  await session.begin('jupyterlab-replica: benchmark');
  const { columns } = await session.describe(sql);
  const facts = { types: new TypeNames(), sources: new SourceColumns(Date.now) };
  const { builders: made, formats } = await resultColumns(session, facts, columns ?? [], new TextColumns());
  const runs: Cells[] = [];
  await session.execute([], formats, cells => runs.push(copyOf(cells)));
  await session.end();
  return { runs, builder: made[0]! };
}

function copyOf(cells: Cells): Cells {
  const bytes = Uint8Array.from(cells.bytes);
  return {
    ...cells,
    bytes,
    view: new DataView(bytes.buffer),
    starts: cells.starts.slice(),
    lengths: cells.lengths.slice()
  };
}

function* figures(name: string, { runs, builder }: Recording, rounds: number): Generator<Measurement> {
  const times = Array.from({ length: 10 * rounds + 1 }, () => nanosecondsACell(runs, builder));
  const [cold, ...warm] = times;
  const figure = { bench: 'builders', case: name, table: '', unit: 'ns a cell' };
  yield { ...figure, metric: 'cold', value: Number(cold!.toFixed(0)) };
  yield { ...figure, metric: 'warm', value: Number(median(warm).toFixed(1)) };
}

function nanosecondsACell(runs: readonly Cells[], builder: ColumnBuilder): number {
  const before = process.hrtime.bigint();
  runs.forEach(cells => builder.append(cells, 0));
  builder.reuse(builder.finish());
  return Number(process.hrtime.bigint() - before) / ROWS;
}
