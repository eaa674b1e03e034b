import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseQueryRequest, parseQueryStatus, type QueryStatus } from '../../src/contract/query';
import { History } from '../../src/gateway/history';
import { SavedQueries } from '../../src/gateway/saved-queries';
import status from '../fixtures/contract/query-status.json';
import { temporaryDirectory } from '../support/temporary-directory';

let directory: string;
let file: string;
const lost: string[] = [];

beforeEach(async () => {
  directory = path.join(temporaryDirectory('history'), 'state');
  file = path.join(directory, 'history.jsonl');
  lost.length = 0;
});

const open = (rotateBytes = 2 ** 20) => new History({ file, rotateBytes }, line => lost.push(line));

/** A history over queries that end at once, as `change` says. */
async function ran(history: History, asked: object, change: Partial<QueryStatus> = {}): Promise<void> {
  const request = parseQueryRequest({ origin: { kind: 'panel', label: 'Query 1' }, ...asked });
  const { sql, origin } = request;
  const ended = parseQueryStatus({ ...status, state: 'done', sql, origin, ...change });
  history
    .over({ start: () => ({ request, status: () => ended, until: () => Promise.resolve() }) })
    .start(request);
  await history.close();
}

const texts = async (history: History, search = '', limit = 100) =>
  (await history.entries(search, limit)).map(({ written }) => written.sql);

it('remembers how each statement ended, over a restart, newest first', async () => {
  await ran(open(), { sql: 'SELECT 1' }, { rows: 48, elapsedMs: 12.4 });
  await ran(open(), { sql: 'SELECT 2' }, { state: 'cancelled' });
  const [second, first] = await open().entries('', 100);
  expect(second).toMatchObject({ state: 'cancelled', written: { sql: 'SELECT 2' } });
  expect(first).toMatchObject({ state: 'done', rows: 48, elapsedMs: 12, origin: { label: 'Query 1' } });
});

it('is readable by its owner alone', async () => {
  await ran(open(), { sql: 'SELECT 1' });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
});

it('has what was written, and never the value of a secret or one that nobody named', async () => {
  const written = {
    sql: 'SELECT :who, :token',
    parameters: [
      { name: 'who', value: 'Ada', secret: false },
      { name: 'token', value: 'hunter2', secret: true }
    ]
  };
  await ran(open(), { sql: 'SELECT $1, $2', params: ['Ada', 'hunter2'], written });
  await ran(open(), { sql: 'SELECT $1', params: ['from a kernel'] });
  const [, entry] = await open().entries('', 100);
  expect(entry!.written).toEqual({
    sql: 'SELECT :who, :token',
    parameters: [written.parameters[0], { name: 'token', value: null, secret: true }]
  });
  const content = await readFile(file, 'utf8');
  expect(content).not.toContain('hunter2');
  expect(content).not.toContain('from a kernel');
});

it('does not remember previews', async () => {
  await ran(open(), { sql: 'SELECT * FROM t', origin: { kind: 'preview', label: 't' } });
  expect(await texts(open())).toEqual([]);
});

it('finds statements by all words of a search, in text, values, panel and message', async () => {
  const history = open();
  await ran(history, { sql: 'SELECT total FROM orders' });
  await ran(history, { sql: 'SELECT total FROM users', origin: { kind: 'kernel', label: 'churn.ipynb' } });
  expect(await texts(history, 'TOTAL users')).toEqual(['SELECT total FROM users']);
  expect(await texts(history, 'churn')).toEqual(['SELECT total FROM users']);
  expect(await texts(history, 'nothing like it')).toEqual([]);
  expect(await texts(history, '', 1)).toEqual(['SELECT total FROM users']);
});

it('is bounded: the oldest half goes first', async () => {
  const history = open(2_000);
  for (let number = 1; number <= 40; number++) await ran(history, { sql: `SELECT ${number}` });
  const kept = await texts(history);
  expect(kept[0]).toBe('SELECT 40');
  expect(kept.length).toBeLessThan(20);
  expect(kept.length).toBeGreaterThan(5);
});

it('forgets one statement, or all', async () => {
  const history = open();
  for (const sql of ['SELECT 1', 'SELECT 2', 'SELECT 3']) await ran(history, { sql });
  const [, second] = await history.entries('', 100);
  await history.forget(second!.id);
  expect(await texts(history)).toEqual(['SELECT 3', 'SELECT 1']);
  await history.forget(null);
  expect(await texts(history)).toEqual([]);
});

it('goes on over a line that was cut short, and says once that lines are lost', async () => {
  await ran(open(), { sql: 'SELECT 1' });
  await writeFile(file, `${await readFile(file, 'utf8')}{"id":"half`);
  expect(await texts(open())).toEqual(['SELECT 1']);
  // A file where a directory would have to be.
  file = path.join(file, 'history.jsonl');
  const broken = open();
  await ran(broken, { sql: 'SELECT 2' });
  await ran(broken, { sql: 'SELECT 3' });
  expect(lost).toEqual([expect.stringMatching(/^history is being lost: /)]);
});

it('keeps statements under names, in one file of their owner, without secrets', async () => {
  const saved = new SavedQueries(path.join(directory, 'saved-queries.json'), () => 0);
  const written = { sql: 'SELECT :t', parameters: [{ name: 't', value: 'hunter2', secret: true }] };
  expect(await saved.list()).toEqual([]);
  const [later] = await Promise.all([
    saved.save({ id: null, name: 'users', written }),
    saved.save({ id: null, name: 'orders', written })
  ]);
  expect((await saved.list()).map(({ name }) => name)).toEqual(['orders', 'users']);
  await saved.save({ id: later.id, name: 'all users', written });
  expect((await saved.list()).map(({ name }) => name)).toEqual(['all users', 'orders']);
  await saved.remove(later.id);
  expect((await saved.list()).map(({ name }) => name)).toEqual(['orders']);
  // Undo gives it back under the same id.
  await saved.save(later);
  expect((await saved.list()).map(({ id }) => id)).toContain(later.id);
  const path_ = path.join(directory, 'saved-queries.json');
  expect((await stat(path_)).mode & 0o777).toBe(0o600);
  expect(await readFile(path_, 'utf8')).not.toContain('hunter2');
});

it('leaves a file of saved queries alone that it does not understand', async () => {
  const saved = new SavedQueries(path.join(directory, '..', 'saved-queries.json'), () => 0);
  await writeFile(path.join(directory, '..', 'saved-queries.json'), '{"queries": 7}');
  await expect(saved.save({ id: null, name: 'x', written: { sql: 'x', parameters: [] } })).rejects.toThrow(
    'is not one of saved queries'
  );
  expect(await readFile(path.join(directory, '..', 'saved-queries.json'), 'utf8')).toBe('{"queries": 7}');
});
