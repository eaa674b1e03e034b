import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { build } from 'esbuild';
import { Views } from '../../../src/gateway/views/views';
import { Engine } from '../../support/engine';

jest.setTimeout(60_000);

const directory = mkdtempSync(path.join(tmpdir(), 'view-worker-'));
let engine: Engine;
let views: Views;
beforeAll(async () => {
  const outfile = path.join(directory, 'view-worker.js');
  const entry = path.resolve('src/gateway/views/view-worker.ts');
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs' });
  engine = await Engine.open();
  views = new Views(outfile, Date.now);
});
afterAll(async () => {
  await views.dispose();
  await engine.close();
  rmSync(directory, { recursive: true });
});

const signal = new AbortController().signal;
const byValue = { sort: [{ column: 1, descending: true }], filters: [] };

it('sorts in a thread of its own, pages by the order, and goes on after a sort that was given up', async () => {
  const result = engine.start(
    'SELECT i AS n, i::bigint * 7919 % 300007 AS v FROM generate_series(1, 300000) i'
  );
  await result.until();
  const spool = result.spool!;
  const given = new AbortController();
  const abandoned = views.make(result, spool, byValue, given.signal);
  given.abort(new Error('no longer wanted'));
  await expect(abandoned).rejects.toThrow('no longer wanted');

  const view = await views.make(result, spool, byValue, signal);
  expect(view).toMatchObject({ rows: 300_000, of: 300_000, orderings: ['number'] });
  const wish = { viewId: view.viewId, offset: 0, limit: 3, columns: [1], isCut: true };
  const page = tableFromIPC(await views.page(result, spool, wish, signal));
  expect(Array.from(page.getChildAt(0)!, Number)).toEqual([300_006, 300_005, 300_004]);
});

it('says what is wrong with a request, and what is no longer kept', async () => {
  const result = engine.start('SELECT 1 AS a');
  await result.until();
  const spool = result.spool!;
  const noColumn = { sort: [{ column: 9, descending: false }], filters: [] };
  await expect(views.make(result, spool, noColumn, signal)).rejects.toMatchObject({ code: 'bad-request' });
  const summary = { viewId: 'gone', firstRow: 0, rows: 1, columns: [0] };
  expect(() => views.summary(result, spool, summary, signal)).toThrow('no longer kept');
});
