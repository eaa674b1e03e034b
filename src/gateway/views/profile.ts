import { type Data, DataType, type Field } from 'apache-arrow';
import { textOf } from '../../cells/cell-text';
import { CELL_CUT } from '../../cells/cut';
import { dateText, timestampText, timeText } from '../../cells/time-text';
import { type Bar, type ColumnProfile, type Profile } from '../../contract/view';
import { gather } from './gather';
import { noColumn } from './no-column';
import { orderingOf } from './ordering';
import { type StoredResult } from './stored-result';

/** Larger results are looked at in stretches all over them. */
const PROFILED_ROWS = 200_000;
const BINS = 20;
const BARS = 12;
/** Values beyond are no longer told apart. */
const MOST_DISTINCT = 2_000;

/** Distribution and NULLs of some columns. */
export function profile(result: StoredResult, columns: readonly number[], most = PROFILED_ROWS): Profile {
  const { batches } = result;
  const last = batches.at(-1);
  const of = last ? last.firstRow + last.rows : 0;
  const share = Math.min(1, most / Math.max(1, of));
  const stretches = batches.map(batch => {
    const rows = Math.ceil(batch.rows * share);
    const from = (batch.rows - rows) >> 1;
    return { stored: result.columns(batch), rows: Array.from({ length: rows }, (_, at) => from + at) };
  });
  const rows = stretches.reduce((sum, stretch) => sum + stretch.rows.length, 0);
  const profiled = columns.map(column => {
    const field = result.schema.fields[column] ?? noColumn(column);
    const parts = stretches.map(stretch =>
      gather(
        field.type,
        stretch.rows.length,
        [{ column: stretch.stored[column]!, rows: stretch.rows, places: stretch.rows.map((_, at) => at) }],
        CELL_CUT
      )
    );
    return { column, ...columnProfile(field, parts) };
  });
  return { rows, of, columns: profiled };
}

function columnProfile(field: Field, parts: readonly Data[]): Omit<ColumnProfile, 'column'> {
  const nulls = parts.reduce((sum, { nullCount }) => sum + nullCount, 0);
  const ordering = orderingOf(field);
  const counts = countValues(parts);
  const common = { nulls, distinct: counts?.size ?? null };
  if (ordering === 'number' || ordering === 'time') {
    const bars = histogram(field, parts);
    return { kind: bars.length > 0 ? 'histogram' : 'none', ...common, bars };
  }
  const frequent = [...(counts ?? [])].sort(([, one], [, other]) => other - one).slice(0, BARS);
  const isTelling = frequent.some(([, count]) => count > 1);
  const bars = isTelling ? frequent.map(([label, count]): Bar => ({ label, upTo: null, count })) : [];
  return { kind: bars.length > 0 ? 'values' : 'none', ...common, bars };
}

function countValues(parts: readonly Data[]): Map<string, number> | null {
  const counts = new Map<string, number>();
  for (const data of parts) {
    const text = textOf(data);
    for (let index = 0; index < data.length; index++) {
      const cell = text(index);
      if (cell !== null) {
        counts.set(cell, (counts.get(cell) ?? 0) + 1);
        if (counts.size > MOST_DISTINCT) return null;
      }
    }
  }
  return counts;
}

function histogram(field: Field, parts: readonly Data[]): Bar[] {
  const values = finiteValues(field, parts);
  if (values.length === 0) {
    return [];
  }
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const label = labelOf(field);
  if (low === high) {
    return [{ label: label(low), upTo: null, count: values.length }];
  }
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) {
    counts[Math.min(BINS - 1, Math.floor(((value - low) / (high - low)) * BINS))]!++;
  }
  const edge = (bin: number) => label(low + (bin * (high - low)) / BINS);
  return counts.map((count, bin) => ({ label: edge(bin), upTo: edge(bin + 1), count }));
}

function finiteValues(field: Field, parts: readonly Data[]): Float64Array {
  const values = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  const isTime = orderingOf(field) === 'time';
  let count = 0;
  for (const data of parts) {
    const text = textOf(data);
    for (let index = 0; index < data.length; index++) {
      if (data.getValid(index)) {
        const value = isTime ? timeNumber(data, index) : Number(text(index));
        if (Number.isFinite(value)) values[count++] = value;
      }
    }
  }
  return values.subarray(0, count);
}

/** The ends of a time's range are ±infinity. */
function timeNumber(data: Data, index: number): number {
  const value = Number(data.values[index]);
  const end = DataType.isDate(data.type) ? 2 ** 31 - 1 : 2 ** 63;
  return value >= end || value <= -end ? NaN : value;
}

function labelOf({ type }: Field): (value: number) => string {
  if (DataType.isDate(type)) return value => dateText(Math.round(value));
  if (DataType.isTime(type)) return value => timeText(BigInt(Math.round(value)), 1_000_000n);
  if (DataType.isTimestamp(type)) {
    return value =>
      timestampText(BigInt(Math.round(value / 1e6)) * 1_000_000n, 1_000_000n, type.timezone ? '+00' : '');
  }
  return value => String(Number(value.toPrecision(6)));
}
