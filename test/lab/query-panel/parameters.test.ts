import { ParameterBar } from '../../../src/lab/query-panel/parameter-bar';
import { ParameterValues } from '../../../src/lab/query-panel/parameter-values';
import { editorRange, requestOf } from '../../../src/lab/query-panel/sent-statement';

const at = (text: string, from = 0) => ({ text, from });
let values: ParameterValues;
let bar: ParameterBar;
let ran: number;

beforeEach(() => {
  values = new ParameterValues([]);
  ran = 0;
  bar = new ParameterBar(values, () => ran++);
  document.body.append(bar.node);
});

afterEach(() => bar.dispose());

const input = (name: string) => bar.node.querySelector<HTMLInputElement>(`input[name="${name}"]`)!;
const toggle = (label: string) => bar.node.querySelector<HTMLElement>(`[aria-label="${label}"]`)!;
const labels = () => [...bar.node.querySelectorAll('label')].map(node => node.textContent);
const type = (name: string, text: string) => {
  input(name).value = text;
  input(name).dispatchEvent(new Event('input'));
};

it('has a field for each parameter, and none for what only looks like one', () => {
  values.follow("SELECT x::int, ':a', y[1:n] FROM t");
  expect(bar.isHidden).toBe(true);
  values.follow('SELECT :status, $$ :x $$, :since, :status');
  expect(bar.isHidden).toBe(false);
  expect(labels()).toEqual([':status', ':since']);
  values.follow('SELECT $2, $1');
  expect(labels()).toEqual(['$1', '$2']);
});

it('binds what is typed, NULL apart from an empty text', () => {
  const sql = 'SELECT :a, :b, :c, :a';
  values.follow(sql);
  type('a', "it's");
  type('b', '');
  toggle('NULL: :c').click();
  expect(values.missing(sql)).toEqual([]);
  expect(requestOf(values.bind(at(sql)))).toEqual({
    sql: 'SELECT $1, $2, $3, $1',
    params: ["it's", '', null],
    secretParams: [],
    written: {
      sql,
      parameters: [
        { name: 'a', value: "it's", secret: false },
        { name: 'b', value: '', secret: false },
        { name: 'c', value: null, secret: false }
      ]
    }
  });
});

it('sends a statement without parameters as it is', () => {
  const sql = "SELECT '100%'::text -- :x";
  expect(requestOf(values.bind(at(sql)))).toEqual({ sql, params: [], secretParams: [], written: null });
});

it('binds numbers in their order', () => {
  values.follow('SELECT $2, $1');
  type('1', 'one');
  type('2', 'two');
  expect(requestOf(values.bind(at('SELECT $2, $1')))).toMatchObject({
    sql: 'SELECT $2, $1',
    params: ['one', 'two']
  });
});

it("keeps a secret's value out of what is stored and remembered, but sends it", () => {
  values.follow('SELECT :token');
  type('token', 'hunter2');
  toggle('secret: :token').click();
  expect(input('token').type).toBe('password');
  expect(JSON.stringify(values.saved)).not.toContain('hunter2');
  const { params, secretParams, written } = requestOf(values.bind(at('SELECT :token')));
  expect(secretParams).toEqual([0]);
  expect(params).toEqual(['hunter2']);
  expect(JSON.stringify(written)).not.toContain('hunter2');
});

it('has the values again after a reload, except those that are secret', () => {
  values.follow('SELECT :a, :b');
  type('a', '1');
  type('b', '2');
  toggle('secret: :b').click();
  const again = new ParameterValues(values.saved);
  expect(again.missing('SELECT :a, :b')).toEqual(['b']);
  expect(again.value('a').text).toBe('1');
  expect(again.value('b').secret).toBe(true);
});

it('asks for what lacks a value, where it lacks it', () => {
  values.follow('SELECT :a, :b');
  type('a', '1');
  expect(values.missing('SELECT :a, :b')).toEqual(['b']);
  bar.askFor('b');
  expect(document.activeElement).toBe(input('b'));
  expect(bar.node.querySelector('[role=alert]')!.textContent).toContain('Give :b a value');
});

it("shows the server's types, and keeps the keyboard where it is when they arrive", () => {
  values.follow('SELECT :since, :n');
  input('n').focus();
  type('n', '7');
  values.describe(['timestamp with time zone', 'integer']);
  expect(bar.node.textContent).toContain('timestamptz');
  expect(input('n').inputMode).toBe('decimal');
  expect(input('n').value).toBe('7');
  expect(document.activeElement).toBe(input('n'));
});

it('runs the statement with Enter', () => {
  values.follow('SELECT :a');
  input('a').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
  expect(ran).toBe(1);
});

it('says that names and numbers do not mix', () => {
  values.follow('SELECT :a, $1');
  expect(bar.node.querySelector('[role=alert]')!.textContent).toContain('both :name and $1');
});

it('finds the place of an error in what was written, behind emojis and names', () => {
  const text = "SELECT '🌍', :status, totl FROM orders";
  values.follow(text);
  type('status', 'paid');
  const sent = values.bind(at(text, 100));
  const { sql } = requestOf(sent);
  const position = Array.from(sql).indexOf('t', Array.from(sql.slice(0, sql.indexOf('totl'))).length) + 1;
  const range = editorRange(sent, position);
  expect(text.slice(range.from - 100, range.to - 100)).toBe('totl');
});
