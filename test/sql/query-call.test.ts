import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { dataFrameCell, pythonLiteral } from '../../src/sql/python-cell';
import { pythonString } from '../../src/sql/python-tokens';
import { statementOfCell } from '../../src/sql/query-call';

/** The statement where `|` stands, or of the cell's beginning. */
function statementAt(marked: string) {
  const cursor = Math.max(0, marked.indexOf('|'));
  return statementOfCell(marked.replace('|', ''), cursor);
}

it('takes the SQL and the names of a %%sql cell', () => {
  expect(statementAt('%%sql df --profile prod\nSELECT * FROM t\nWHERE a = :a AND b::text = :b\n')).toEqual({
    sql: 'SELECT * FROM t\nWHERE a = :a AND b::text = :b',
    profile: 'prod',
    parameters: [
      { name: 'a', expression: 'a' },
      { name: 'b', expression: 'b' }
    ]
  });
});

it('takes a call with its literal values, and leaves the others to the kernel', () => {
  const source = `
import pandas  # db.query("not this")
df = db.query(
    """SELECT * FROM orders
       WHERE status = :status AND total > :least AND paid = :paid AND note IS NOT DISTINCT FROM :note
         AND id = ANY(:ids)""",
    {"status": 'paid', "least": -1_000.5, 'paid': True, "note": None, "ids": wanted["ids"],},
    numeric="decimal",
)`;
  expect(statementAt(source)).toEqual({
    sql: expect.stringMatching(/^SELECT \* FROM orders\n {7}WHERE[^]*\(:ids\)$/),
    profile: null,
    parameters: [
      { name: 'status', value: 'paid' },
      { name: 'least', value: '-1000.5' },
      { name: 'paid', value: 'true' },
      { name: 'note', value: null },
      { name: 'ids', expression: 'wanted["ids"]' }
    ]
  });
});

it('takes numbered values, keywords and dicts that stand in variables', () => {
  expect(statementAt('db.scalar("SELECT $1, $2", [1, x])')?.parameters).toEqual([
    { name: '1', value: '1' },
    { name: '2', expression: 'x' }
  ]);
  expect(statementAt('db.query("SELECT :a", numeric="decimal", params={"a": 1})')?.parameters).toEqual([
    { name: 'a', value: '1' }
  ]);
  expect(statementAt('db.query("SELECT :a", values)')?.parameters).toEqual([
    { name: 'a', expression: 'values["a"]' }
  ]);
  expect(statementAt('db.query("SELECT $1", values)')?.parameters).toEqual([
    { name: '1', expression: 'values[0]' }
  ]);
});

it('takes the profile of a call, and literals that stand side by side', () => {
  expect(statementAt('x = db.profile("prod").query_arrow("SELECT "\n  r"\'\\d\'")')).toMatchObject({
    sql: "SELECT '\\d'",
    profile: 'prod'
  });
});

it('takes the call that the cursor is in or behind', () => {
  const two = (first: string, second: string) =>
    `a = db.query("SELECT 1"${first})\nb = db.query("SELECT 2"${second})`;
  expect(statementAt(two('|', ''))?.sql).toBe('SELECT 1');
  expect(statementAt(two('', '|'))?.sql).toBe('SELECT 2');
  expect(statementAt(`|${two('', '')}`)?.sql).toBe('SELECT 1');
});

it.each([
  'df.query("a > 1")'.replace('df.query', 'df.head'),
  'db.query(sql)',
  'db.query(f"SELECT {n}")',
  'db.query(b"SELECT 1")',
  'db.query("SELECT " + name)',
  'print("db.query(\'SELECT 1\')")',
  '%%sql df\n',
  '"unclosed',
  ''
])('finds no statement in %j', source => {
  expect(statementAt(source)).toBeNull();
});

it('reads back what a DataFrame cell was written from', () => {
  const sql = fc.string({ unit: fc.constantFrom(...'"\'\\\n\r\t x{%ü😀n'), minLength: 1, maxLength: 14 });
  fc.assert(
    fc.property(sql, fc.option(sql), (text, value) => {
      const parameters = [{ name: 'a', value, secret: false }];
      const cell = dataFrameCell({ sql: text, parameters }, 'df', true);
      const found = statementOfCell(cell, cell.length);
      expect(found).toEqual({ sql: text, profile: null, parameters: [{ name: 'a', value }] });
    })
  );
});

it('reads string literals as Python does', () => {
  const bodies = fc.sample(
    fc.string({
      unit: fc.constantFrom('\\', 'n', 'x41', 'u00e9', 'U0001F600', '101', "\\'", 'q', ' '),
      maxLength: 8
    }),
    400
  );
  const candidates = bodies.flatMap(body => [`'${body}'`, `r"${body}"`, `"""${body}"""`]);
  const program = `import ast, json, sys, warnings
warnings.simplefilter("ignore")
def read(s):
    try: return ast.literal_eval(s)
    except (SyntaxError, ValueError): return None
print(json.dumps([read(s) for s in json.load(sys.stdin)]))`;
  const output = execFileSync('python3', ['-c', program], {
    input: JSON.stringify(candidates),
    encoding: 'utf8'
  });
  const read: (string | null)[] = JSON.parse(output);
  const valid = candidates.filter((_, index) => read[index] !== null);
  expect(valid.length).toBeGreaterThan(200);
  expect(valid.map(pythonString)).toEqual(read.filter(text => text !== null));
  expect(pythonString(pythonLiteral('a"b'))).toBe('a"b');
});
