import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Data, Type } from 'apache-arrow';
import { list, nullable, number, oneOf, record, text } from '../../../src/contract/parse';
import { mappingFor } from '../../../src/gateway/columns/type-map';
import { CellLocator } from '../../../src/gateway/postgres/data-row';
import { valuesOf } from './cells';

const parseRecording = list(
  record({
    sql: text,
    columns: list(
      record({
        name: text,
        oid: number,
        typmod: number,
        delimiter: nullable(text),
        format: oneOf('binary', 'text')
      })
    ),
    dataRows: list(text)
  })
);
type Recorded = ReturnType<typeof parseRecording>[number];

/** The two columns of a recording: the value, and what the server says of it in text. */
function decode({ columns, dataRows }: Recorded): readonly Data[] {
  const locator = new CellLocator(columns.length);
  const bodies = dataRows.map(row => Buffer.from(row, 'hex'));
  const bytes = Buffer.concat(bodies);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  for (const body of bodies) {
    locator.add(view, at, (at += body.length));
  }
  const cells = locator.take(bytes, view)!;
  return columns.map(({ oid, typmod, delimiter }, column) => {
    const builder = mappingFor(oid, false, delimiter).builder(typmod);
    builder.append(cells, column);
    return builder.finish();
  });
}

const INFINITIES = new Map<unknown, string>([
  [2n ** 31n - 1n, 'infinity'],
  [-(2n ** 31n), '-infinity'],
  [2n ** 63n - 1n, 'infinity'],
  [-(2n ** 63n), '-infinity']
]);

/** The values as the recorded statements spell them. */
function spelled(data: Data): readonly (string | null)[] {
  return valuesOf(data).map(value => {
    if (value === null) {
      return null;
    }
    if (data.typeId === Type.Float) {
      const bits = Buffer.alloc(data.values.BYTES_PER_ELEMENT);
      if (bits.length === 4) {
        bits.writeFloatBE(Number(value));
      } else {
        bits.writeDoubleBE(Number(value));
      }
      return bits.toString('hex');
    }
    if (data.typeId === Type.Date || data.typeId === Type.Timestamp) {
      return INFINITIES.get(value) ?? String(value);
    }
    return Array.isArray(value) ? `[${value.map(element).join(',')}]` : String(value);
  });
}

function element(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

describe.each([15, 18])('what PostgreSQL %d has sent', version => {
  const file = path.join(__dirname, '..', '..', 'fixtures', 'wire', `${version}.json`);
  const recordings = parseRecording(JSON.parse(readFileSync(file, 'utf8')), file);

  it.each(recordings.map(recording => [recording.sql.slice(0, 160), recording] as const))(
    'is read again: %s',
    (_, recording) => {
      const formats = recording.columns.map(({ oid, delimiter }) => mappingFor(oid, false, delimiter).format);
      expect(recording.columns.map(({ format }) => format)).toEqual(formats);
      const [value, expected] = decode(recording);
      expect(value!.length).toBeGreaterThan(1);
      expect(spelled(value!)).toEqual(valuesOf(expected!));
    }
  );
});
