import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import {
  asksReplica,
  assignsDb,
  dataFrameCell,
  freeVariable,
  pythonLiteral
} from '../../src/sql/python-cell';

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
    expect(dataFrameCell({ sql: 'SELECT 1' }, 'df', false)).toBe('df = db.query("""SELECT 1""")\ndf');
    expect(dataFrameCell({ sql: 'SELECT 1' }, 'df', true)).toBe(
      'from db_connection import db\n\ndf = db.query("""SELECT 1""")\ndf'
    );
  });

  it('binds what has values, and asks for secret ones when the cell runs', () => {
    const parameters = [
      { name: 'status', value: 'it"s\\', secret: false },
      { name: 'since', value: '2024', secret: false },
      { name: 'zip', value: '007', secret: false },
      { name: 'none', value: null, secret: false }
    ];
    expect(dataFrameCell({ sql: 'SELECT :status', parameters }, 'df', false)).toBe(
      'df = db.query("""SELECT :status""", {"status": "it\\"s\\\\", "since": 2024, "zip": "007", "none": None})\ndf'
    );
    const secret = [{ name: '1', value: null, secret: true }];
    expect(dataFrameCell({ sql: 'SELECT $1', parameters: secret }, 'df', true)).toBe(
      'from db_connection import db, secret\nfrom getpass import getpass\n\n' +
        'df = db.query("""SELECT $1""", [secret(getpass("1: "))])\ndf'
    );
  });

  it('names the profile, and freezes the view where that is asked for', () => {
    const draft = { sql: 'SELECT 1\n  AS one', profile: 'prod', snapshot: true };
    expect(dataFrameCell(draft, 'df', false)).toBe(
      'replica = db.profile("prod")\nwith replica.snapshot():\n    df = replica.query("""SELECT 1\n  AS one""")\ndf'
    );
  });

  it('reads what is too large part by part', () => {
    expect(dataFrameCell({ sql: 'SELECT 1', stream: true }, 'df2', false)).toBe(`rows = 0
with db.stream("""SELECT 1""") as batches:
    for batch in batches:
        df2 = batch.to_pandas()  # one part of the rows
        rows += len(df2)
rows`);
  });

  it('is Python in every combination, with the SQL as it was', () => {
    const sql = 'SELECT \'a\n  b\' AS "x"';
    const flags = [true, false];
    const cells = flags.flatMap(snapshot =>
      flags.map(stream => dataFrameCell({ sql, snapshot, stream, parameters: [] }, 'df', true))
    );
    const program =
      'import ast, json, sys\nprint(json.dumps([[n.value for n in ast.walk(ast.parse(s)) ' +
      'if isinstance(n, ast.Constant) and isinstance(n.value, str)] for s in json.load(sys.stdin)]))';
    const found = execFileSync('python3', ['-c', program], {
      input: JSON.stringify(cells),
      encoding: 'utf8'
    });
    expect(JSON.parse(found)).toEqual(cells.map(() => [sql]));
  });
});

it.each([
  ['%%sql df\nSELECT 1', true],
  ['x = %sql SELECT 1', true],
  ['%sql SELECT 1', true],
  ['df = db.query("SELECT 1")', true],
  ['df.head()', false],
  ['df', false]
])('tells whether %j asks the replica', (source, expected) => {
  expect(asksReplica(source)).toBe(expected);
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
