import { type Data } from 'apache-arrow';
import fc from 'fast-check';
import type { ColumnBuilder } from '../../../src/gateway/columns/column-builder';
import { mappingFor, tabledOids } from '../../../src/gateway/columns/type-map';
import { CellLocator, type Cells } from '../../../src/gateway/postgres/data-row';
import { run, valuesOf } from './cells';
import { array, arrayText, int, numeric } from './wire-values';

/** One value as it arrives and as its column must hold it. */
interface Sample {
  readonly wire: Uint8Array;
  readonly value: unknown;
}

/** The days and microseconds from 1970 to 2000, by another calendar than the builders'. */
const EPOCH_MS = BigInt(Date.UTC(2000, 0, 1));
const EPOCH_DAYS = EPOCH_MS / 86_400_000n;

const integers = (bytes: 2 | 4 | 8) =>
  fc
    .bigInt(-(2n ** BigInt(8 * bytes - 1)), 2n ** BigInt(8 * bytes - 1) - 1n)
    .map(value => ({ wire: int(value, bytes), value }));

const texts = fc
  .string({ unit: 'grapheme', maxLength: 150 })
  .map(value => ({ wire: Buffer.from(value), value }));

const decimals = (precision: number, scale: number) =>
  fc
    .integer({ min: 1, max: precision })
    .chain(digits => fc.bigInt(1n - 10n ** BigInt(digits), 10n ** BigInt(digits) - 1n))
    .map(value => ({ wire: numeric(value, scale), value }));

const days = fc
  .bigInt(-2_451_545n, 2_145_031_948n)
  .map(sent => ({ wire: int(sent, 4), value: sent + EPOCH_DAYS }));

const moments = fc
  .bigInt(-211_813_488_000_000_000n, 2n ** 63n - 2n - EPOCH_MS * 1000n)
  .map(sent => ({ wire: int(sent, 8), value: sent + EPOCH_MS * 1000n }));

const floats = fc.double().map(value => {
  const wire = Buffer.alloc(8);
  wire.writeDoubleBE(value);
  return { wire, value };
});

const bytes = fc
  .uint8Array({ maxLength: 300 })
  .map(wire => ({ wire, value: Buffer.from(wire).toString('hex') }));

const lists = (elements: fc.Arbitrary<Sample>) =>
  fc.array(fc.option(elements), { maxLength: 20 }).map(samples => ({
    wire: array(samples.map(sample => sample?.wire ?? null)),
    value: samples.map(sample => sample?.value ?? null)
  }));

const textLists = (delimiter: string) =>
  fc
    .array(
      fc.option(fc.oneof(fc.string(), fc.constantFrom('NULL', 'null', '"', '\\', delimiter, '{}', 'ž'))),
      {
        maxLength: 20
      }
    )
    .map(value => ({ wire: arrayText(value, delimiter), value }));

const typmod = (precision: number, scale: number) => ((precision << 16) | scale) + 4;

/** oid, typmod, delimiter of an array's text, values. */
const FAMILIES: readonly (readonly [
  name: string,
  oid: number,
  typmod: number,
  delimiter: string | null,
  samples: fc.Arbitrary<Sample>
])[] = [
  ['boolean', 16, -1, null, fc.boolean().map(value => ({ wire: Buffer.from([Number(value)]), value }))],
  ['smallint', 21, -1, null, integers(2)],
  ['integer', 23, -1, null, integers(4)],
  ['bigint', 20, -1, null, integers(8)],
  ['double precision', 701, -1, null, floats],
  ['numeric(7,2)', 1700, typmod(7, 2), null, decimals(7, 2)],
  ['numeric(20,5)', 1700, typmod(20, 5), null, decimals(20, 5)],
  ['numeric(38,37)', 1700, typmod(38, 37), null, decimals(38, 37)],
  [
    'numeric',
    1700,
    -1,
    null,
    fc
      .tuple(fc.bigInt(-(10n ** 60n), 10n ** 60n), fc.integer({ min: 0, max: 40 }))
      .map(([unscaled, scale]) => {
        const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
        const point = digits.length - scale;
        const magnitude = scale > 0 ? `${digits.slice(0, point)}.${digits.slice(point)}` : digits;
        return { wire: numeric(unscaled, scale), value: unscaled < 0n ? `-${magnitude}` : magnitude };
      })
  ],
  ['text', 25, -1, null, texts],
  [
    'jsonb',
    3802,
    -1,
    null,
    texts.map(({ wire, value }) => ({ wire: Buffer.concat([Buffer.of(1), wire]), value }))
  ],
  [
    'uuid',
    2950,
    -1,
    null,
    fc.uuid().map(value => ({ wire: Buffer.from(value.replaceAll('-', ''), 'hex'), value }))
  ],
  ['bytea', 17, -1, null, bytes],
  ['date', 1082, -1, null, days],
  ['timestamp', 1114, -1, null, moments],
  ['timestamptz', 1184, -1, null, moments],
  ['bigint[]', 1016, -1, null, lists(integers(8))],
  ['text[]', 1009, -1, null, lists(texts)],
  ['numeric(7,2)[]', 1231, typmod(7, 2), null, lists(decimals(7, 2))],
  ['an unknown type', 0, -1, null, texts],
  ['an array of an unknown type', 0, -1, ',', textLists(',')],
  ['an array of box', 0, -1, ';', textLists(';')]
];

const filler = fc.uint8Array({ maxLength: 40 });

/** Appends runs to one builder and gives what each of its batches holds. */
function decode(builder: ColumnBuilder, batches: readonly (readonly Cells[])[]): readonly unknown[] {
  return batches.flatMap(runs => {
    runs.forEach(cells => builder.append(cells, 0));
    return valuesOf(builder.finish());
  });
}

describe('every value that is encoded is decoded again', () => {
  it.each(FAMILIES)('%s, in any runs and batches', (_, oid, modifiers, delimiter, samples) => {
    const runs = fc.tuple(fc.array(fc.option(samples), { maxLength: 30 }), filler);
    fc.assert(
      fc.property(fc.array(fc.array(runs, { maxLength: 3 }), { maxLength: 3 }), batches => {
        const decoded = decode(
          mappingFor(oid, false, delimiter).builder(modifiers),
          batches.map(batch =>
            batch.map(([cells, between]) =>
              run(
                cells.map(cell => cell?.wire ?? null),
                between
              )
            )
          )
        );
        expect(decoded).toEqual(batches.flat().flatMap(([cells]) => cells.map(cell => cell?.value ?? null)));
      }),
      { numRuns: 60 }
    );
  });

  it('many rows and many NULLs across the growth of every buffer', () => {
    const values = Array.from({ length: 5000 }, (_, row) => (row % 3 === 1 ? null : BigInt(row)));
    const cells = values.map(value => (value === null ? null : array([int(value, 8), null])));
    const [one, other] = [run(cells.slice(0, 2000)), run(cells.slice(2000))];
    expect(decode(mappingFor(1016, false).builder(-1), [[one, other]])).toEqual(
      values.map(value => (value === null ? null : [value, null]))
    );
  });
});

type Outcome = { readonly values: readonly unknown[] } | { readonly error: string };

function outcome(builder: ColumnBuilder, cells: Cells): Outcome {
  try {
    return { values: decode(builder, [[cells]]) };
  } catch (error) {
    return { error: String(error) };
  }
}

/** Every builder that there is, arrays of every type among them. */
const BUILDERS = [
  ...tabledOids().map(oid => [oid, -1, null] as const),
  ...FAMILIES.map(([, oid, modifiers, delimiter]) => [oid, modifiers, delimiter] as const)
];

const words = fc.oneof(
  fc.integer({ min: -3, max: 40 }),
  fc.constantFrom(-(2 ** 31), 2 ** 31 - 1, 2 ** 16, 0x4e41)
);
/** Bytes that look like headers and lengths more often than chance has it, and text that looks like an array's. */
const hostile = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc.array(words, { maxLength: 14 }).map(list => Buffer.concat(list.map(word => int(BigInt(word), 4)))),
  fc.array(words, { maxLength: 24 }).map(list => Buffer.concat(list.map(word => int(BigInt(word), 2)))),
  fc
    .array(fc.constantFrom('{', '}', '"', '\\', ',', ';', 'NULL', 'a', '[0:1]=', 'ž'), { maxLength: 20 })
    .map(parts => Buffer.from(parts.join(''))),
  fc
    .array(fc.constantFrom('"', '\\', ',', ';', 'NULL', 'a', '{'), { maxLength: 20 })
    .map(parts => Buffer.from(`{${parts.join('')}}`))
);

/** Longest text of a numeric: its weight and its scale are 16-bit (numeric.c). */
const LONGEST_NUMERIC_BYTES = 4 * 2 ** 15 + 2 ** 16 + 8;
const NUMERIC = 1700;
/** What builders have room for before anything has come. */
const FIRST_BYTES = 50_000;

function allocatedBytes({ values, valueOffsets, children }: Data): number {
  const own = [values, valueOffsets].reduce((sum, part) => sum + (part?.buffer.byteLength ?? 0), 0);
  return children.reduce((sum, child) => sum + allocatedBytes(child), own);
}

describe('bytes that no server sends', () => {
  it.each([7, 20, 38])('a numeric beyond numeric(%d,2) does not become another one', precision => {
    const column = () => mappingFor(NUMERIC, false).builder(typmod(precision, 2));
    const most = 10n ** BigInt(precision) - 1n;
    expect(decode(column(), [[run([numeric(most, 2), numeric(-most, 2)])]])).toEqual([most, -most]);
    for (const value of [
      numeric(most + 1n, 2),
      numeric(-most - 1n, 2),
      numeric(2n ** 200n, 2),
      numeric(1n, 3)
    ]) {
      expect(() => column().append(run([value]), 0)).toThrow('has no exact place');
    }
  });

  it.each(BUILDERS)(
    'fail by name or are values, by themselves alone: oid %d, typmod %d, %s',
    (...[oid, modifiers, delimiter]) => {
      const builder = () => mappingFor(oid, false, delimiter).builder(modifiers);
      fc.assert(
        fc.property(fc.array(fc.option(hostile), { maxLength: 8 }), filler, filler, (cells, one, other) => {
          const result = outcome(builder(), run(cells, one));
          expect(outcome(builder(), run(cells, other))).toEqual(result);
          if ('error' in result) {
            expect(result.error).toMatch(/^(RangeError: The server sent |NotRepresentable: )/);
          } else {
            expect(result.values).toHaveLength(cells.length);
          }
        }),
        { numRuns: 300 }
      );
    }
  );

  it.each(BUILDERS)(
    'take no more memory than their values need: oid %d, typmod %d, %s',
    (...[oid, modifiers, delimiter]) => {
      fc.assert(
        fc.property(hostile, cell => {
          const builder = mappingFor(oid, false, delimiter).builder(modifiers);
          try {
            builder.append(run([cell]), 0);
          } catch {
            return;
          }
          const text = oid === NUMERIC && modifiers < 0 ? LONGEST_NUMERIC_BYTES : 0;
          expect(allocatedBytes(builder.finish())).toBeLessThanOrEqual(FIRST_BYTES + 24 * cell.length + text);
        }),
        { numRuns: 100 }
      );
    }
  );

  it('in a DataRow are cells within it or an error', () => {
    const row = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc
        .tuple(
          fc.integer({ min: 0, max: 4 }),
          fc.array(hostile, { maxLength: 4 }),
          fc.integer({ min: -4, max: 4 })
        )
        .map(([columns, cells, off]) =>
          Buffer.concat([
            int(BigInt(columns), 2),
            ...cells.flatMap(cell => [int(BigInt(cell.length + (off === 3 ? 1 : 0)), 4), cell])
          ])
        )
    );
    fc.assert(
      fc.property(row, filler, fc.integer({ min: 0, max: 4 }), (body, around, columns) => {
        const bytes = Buffer.concat([around, body, around]);
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        const locator = new CellLocator(columns);
        const end = around.length + body.length;
        try {
          locator.add(view, around.length, end);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          expect(String(error)).toContain('The server sent');
          expect(locator.take(bytes, view)).toBeNull();
          return;
        }
        const { starts, lengths } = locator.take(bytes, view)!;
        for (let cell = 0; cell < columns; cell++) {
          expect(starts[cell]).toBeGreaterThanOrEqual(around.length + 6);
          expect(starts[cell]! + Math.max(lengths[cell]!, 0)).toBeLessThanOrEqual(end);
        }
      }),
      { numRuns: 2000 }
    );
  });
});
