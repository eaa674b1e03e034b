import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { type Field } from '../../../src/contract/query';
import { chartCode } from '../../../src/lab/quick-chart/chart-code';
import { type ChartChoice } from '../../../src/lab/quick-chart/chart-choice';

const python = path.resolve('.venv/bin/python');

const FIELDS: readonly Field[] = [
  { name: 'the "day"', type: 'date', arrow: 'date32' },
  { name: 'total', type: 'numeric(12,2)', arrow: 'utf8' },
  { name: '{df}', type: 'text', arrow: 'utf8' }
];

/** The real pandas under a matplotlib that tells what it is asked to draw. */
const RECORDER = `
import json, sys, types
import pandas as pd
from decimal import Decimal

def run(code):
    drawn = []
    plain = lambda value: [str(one) for one in value] if hasattr(value, "__iter__") and not isinstance(value, str) else value
    class Axes:
        def __getattr__(self, name):
            return lambda *values, **named: drawn.append([name, *map(plain, values), {key: str(value) for key, value in named.items()}])
    pyplot = types.ModuleType("matplotlib.pyplot")
    pyplot.subplots = lambda: (None, Axes())
    pyplot.show = lambda: None
    package = types.ModuleType("matplotlib")
    package.pyplot = pyplot
    sys.modules.update({"matplotlib": package, "matplotlib.pyplot": pyplot})
    frame = pd.DataFrame({'the "day"': ["2026-01-02", "2026-01-01", "2026-01-01"],
        "total": [Decimal("1.50"), Decimal("2.25"), Decimal("4.00")], "{df}": ["a", "b", "a"]})
    exec(code, {"frame": frame})
    return drawn

print(json.dumps([run(code) for code in json.load(sys.stdin)]))
`;

const CHOICES = {
  'a line over time': { kind: 'line', x: 0, y: 1, colour: null },
  'a line for each value of a colour': { kind: 'line', x: 0, y: 1, colour: 2 },
  'bars of a sum': { kind: 'bar', x: 2, y: 1, colour: null },
  'bars of a count': { kind: 'bar', x: 2, y: null, colour: null },
  'a scatter without y': { kind: 'scatter', x: 1, y: null, colour: null },
  'a histogram': { kind: 'histogram', x: 1, y: null, colour: null }
} as const satisfies Record<string, ChartChoice>;

let drawn: Record<string, unknown[]>;

beforeAll(() => {
  const codes = Object.values(CHOICES).map(choice => chartCode(FIELDS, choice).replaceAll('{df}', 'frame'));
  const printed = execFileSync(python, ['-c', RECORDER], { input: JSON.stringify(codes), encoding: 'utf8' });
  const all = JSON.parse(printed) as unknown[][];
  drawn = Object.fromEntries(Object.keys(CHOICES).map((name, index) => [name, all[index]!]));
}, 60_000);

it('draws a line in the order of its x', () => {
  expect(drawn['a line over time']).toEqual([
    ['plot', ['2026-01-01', '2026-01-01', '2026-01-02'], ['2.25', '4.00', '1.50'], {}],
    ['set_xlabel', 'the "day"', {}],
    ['set_ylabel', 'total', {}]
  ]);
});

it('draws a line of its own for each value of a colour, whatever the column is called', () => {
  expect(drawn['a line for each value of a colour']?.slice(0, 3)).toEqual([
    ['plot', ['2026-01-01', '2026-01-02'], ['4.00', '1.50'], { label: 'a' }],
    ['plot', ['2026-01-01'], ['2.25'], { label: 'b' }],
    ['legend', {}]
  ]);
});

it('draws bars of sums and of counts, the highest first', () => {
  expect(drawn['bars of a sum']?.[0]).toEqual(['bar', ['a', 'b'], ['5.5', '2.25'], {}]);
  expect(drawn['bars of a count']?.[0]).toEqual(['bar', ['a', 'b'], ['2.0', '1.0'], {}]);
  expect(drawn['bars of a count']?.at(-1)).toEqual(['set_ylabel', 'rows', {}]);
});

it('draws points by row where there is no y, and a histogram of numbers', () => {
  expect(drawn['a scatter without y']?.[0]).toEqual([
    'scatter',
    ['1.50', '2.25', '4.00'],
    ['0', '1', '2'],
    {}
  ]);
  expect(drawn['a histogram']?.[0]).toEqual(['hist', ['1.5', '2.25', '4.0'], { bins: '30' }]);
});
