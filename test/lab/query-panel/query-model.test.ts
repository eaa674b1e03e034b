import { QueryModel } from '../../../src/lab/query-panel/query-model';
import { doneWith, failedAt, QueryGateway, until, withRows } from './gateway';

let gateway: QueryGateway;
let model: QueryModel;

beforeEach(async () => {
  gateway = await QueryGateway.start();
  model = new QueryModel(gateway.client, () => ({ kind: 'panel', label: 'Query 1' }), 10_000);
});

afterEach(async () => {
  model.dispose();
  await gateway.stop();
});

const select = { text: 'select * from orders', from: 0 };
const isIn = (kind: string) => () => model.state.kind === kind;

it('sends the statement unaltered, with the row limit beside it', async () => {
  const text = "/* why */ SELECT '100%'::text -- :x";
  void model.run({ text, from: 5 });
  await until(isIn('running'));
  expect(gateway.asked[0]).toMatchObject({ sql: text, rowLimit: 10_000, cancelOnDisconnect: false });
  expect(gateway.asked[0]!.origin).toEqual({ kind: 'panel', label: 'Query 1' });
});

it('has rows to show while the statement still runs', async () => {
  void model.run(select);
  await until(isIn('running'));
  gateway.become(withRows(1_000));
  await until(() => model.result?.rowCount === 1_000);
  expect(model.state.kind).toBe('running');
  model.result!.show({ firstRow: 0, endRow: 20, firstColumn: 0, endColumn: 2 });
  await until(() => model.result!.value(7, 1) === 'word 7');
  gateway.become(doneWith(2_500));
  await until(isIn('done'));
  expect(model.result!.rowCount).toBe(2_500);
});

it('shows the rows of the new run when the statement is run again', async () => {
  void model.run(select);
  await until(isIn('running'));
  gateway.become(withRows(1_000));
  await until(() => model.result?.rowCount === 1_000);
  const before = model.result!;
  gateway.become({ generation: 2, fields: null, rows: 0 });
  await until(() => model.result === null);
  expect(before.isDisposed).toBe(true);
  expect(model.state.kind).toBe('running');
  const fields = [{ name: 'word', type: 'text', arrow: 'Utf8' }];
  gateway.become({ ...doneWith(40), generation: 2, fields });
  await until(isIn('done'));
  expect(model.result!.rowCount).toBe(40);
  expect(model.result!.fields).toEqual(fields);
});

it('stops the statement in the server and keeps the rows that came', async () => {
  void model.run(select);
  await until(isIn('running'));
  gateway.become(withRows(300));
  await until(() => model.result?.rowCount === 300);
  const stopped = model.stop();
  expect(model.state.kind).toBe('stopping');
  await stopped;
  expect(gateway.cancelled).toEqual(['q1']);
  expect(model.state.kind).toBe('cancelled');
  expect(model.result!.rowCount).toBe(300);
});

it('ends a statement that is stopped before it was taken on', async () => {
  const ran = model.run(select);
  await model.stop();
  await ran;
  await until(() => gateway.released.length === 1);
  expect(gateway.released).toEqual(['q1']);
  expect(model.isRunning).toBe(false);
});

it('finds the place of an error in the text around the statement', async () => {
  void model.run({ text: "select '😀' form orders", from: 20 });
  await until(isIn('running'));
  gateway.become(failedAt(12));
  await until(isIn('failed'));
  // The emoji is one character to PostgreSQL and two UTF-16 units to the editor.
  expect(model.errorRange).toEqual({ from: 20 + 12, to: 20 + 16 });
});

it('has no place for an error without a position', async () => {
  void model.run(select);
  await until(isIn('running'));
  gateway.become(failedAt(null));
  await until(isIn('failed'));
  expect(model.errorRange).toBeNull();
});

it('gives the result before up when another statement runs, and its own when it is disposed', async () => {
  void model.run(select);
  await until(isIn('running'));
  void model.run({ text: 'select 2', from: 0 });
  await until(() => model.queryId === 'q2');
  await until(() => gateway.released.includes('q1'));
  gateway.become(doneWith(5), 'q2');
  await until(isIn('done'));
  expect(model.result!.rowCount).toBe(5);
  model.dispose();
  await until(() => gateway.released.includes('q2'));
});

it('shows the result of a query that began before the page was loaded', async () => {
  void model.run(select);
  await until(isIn('running'));
  gateway.become(doneWith(42));
  await until(isIn('done'));
  const later = new QueryModel(gateway.client, () => ({ kind: 'panel', label: 'Query 1' }), 10_000);
  await later.resume('q1', select);
  expect(later.state.kind).toBe('done');
  expect(later.result!.rowCount).toBe(42);
  expect(later.sent).toEqual(select);
  later.dispose();
});

it('follows a query on that still runs after a reload', async () => {
  void model.run(select);
  await until(isIn('running'));
  const later = new QueryModel(gateway.client, () => ({ kind: 'panel', label: 'Query 1' }), 10_000);
  void later.resume('q1', select);
  await until(() => later.state.kind === 'running');
  gateway.become(doneWith(7), 'q1');
  await until(() => later.state.kind === 'done');
  later.dispose();
});

it('says that a result is no longer kept', async () => {
  await model.resume('q9', select);
  expect(model.state).toMatchObject({ kind: 'failed', error: { code: 'result-expired' } });
});

it('tells rows that can no longer be read from those that can', async () => {
  void model.run(select);
  await until(isIn('running'));
  gateway.become(doneWith(1_000));
  await until(isIn('done'));
  gateway.forget('q1');
  model.result!.show({ firstRow: 0, endRow: 10, firstColumn: 0, endColumn: 2 });
  await until(() => model.result!.failure !== null);
  expect(model.result!.failure!.code).toBe('result-expired');
  expect(model.state.kind).toBe('done');
});

it('says that the gateway is not there', async () => {
  const away = await QueryGateway.start();
  const lost = new QueryModel(away.client, () => ({ kind: 'panel', label: 'x' }), null);
  await away.stop();
  await lost.run(select);
  expect(lost.state).toMatchObject({ kind: 'failed', error: { code: 'gateway-unavailable' } });
});
