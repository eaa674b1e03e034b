import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { assignsDb, dataFrameCell, freeVariable, pythonLiteral } from '../../src/sql/python-cell';

/** What Python makes of the literals. */
function evaluated(literals: readonly string[]): string[] {
  const program =
    'import ast, json, sys\nprint(json.dumps([ast.literal_eval(s) for s in json.load(sys.stdin)]))';
  const output = execFileSync('python3', ['-W', 'error', '-c', program], {
    input: JSON.stringify(literals),
    encoding: 'utf8'
  });
  return JSON.parse(output);
}

describe('pythonLiteral', () => {
  it('reads back in Python as the same text, whatever it holds', () => {
    const nasty = fc.string({ unit: fc.constantFrom(...'"\'\\\n\r\t\0 x{%ü😀'), maxLength: 12 });
    const any = fc.string({ unit: 'binary', maxLength: 30 });
    const samples = [...fc.sample(nasty, 2000), ...fc.sample(any, 500)];
    expect(evaluated(samples.map(pythonLiteral))).toEqual(samples);
  });

  it('reads back from text that ends in quotes', () => {
    const samples = ['"', '""', '"""', '""""', '"""""', '\\"', '\\"""'].map(end => `SELECT 1 AS "a${end}`);
    expect(evaluated(samples.map(pythonLiteral))).toEqual(samples);
  });

  it('leaves ordinary SQL as it was typed', () => {
    expect(pythonLiteral('SELECT \'a\' FROM "T" t')).toBe('"""SELECT \'a\' FROM "T" t"""');
  });

  it('keeps regular expressions readable', () => {
    expect(pythonLiteral("SELECT '\\d+'")).toBe('r"""SELECT \'\\d+\'"""');
  });
});

describe('dataFrameCell', () => {
  it('queries, shows the frame, and imports db where that is needed', () => {
    expect(dataFrameCell('SELECT 1', 'df', false)).toBe('df = db.query("""SELECT 1""")\ndf');
    expect(dataFrameCell('SELECT 1', 'df', true)).toBe(
      'from db_connection import db\n\ndf = db.query("""SELECT 1""")\ndf'
    );
  });
});

it.each([
  ['db = connect("other")', true],
  ['if True:\n    db: Database = connect()', true],
  ['from db_connection import db', false],
  ['db.query("SELECT 1")', false],
  ['db == other', false],
  ['# db = connect()', false],
  ['mydb = 1', false]
])('tells whether %j assigns db', (source, expected) => {
  expect(assignsDb(source)).toBe(expected);
});

it.each([
  [[], 'df'],
  [['df = 1'], 'df2'],
  [['df = 1', 'x = 1\ndf2 = 2'], 'df3'],
  [['df == 1', 'print(df)'], 'df']
])('picks a variable that %j does not assign', (sources, expected) => {
  expect(freeVariable(sources)).toBe(expected);
});
