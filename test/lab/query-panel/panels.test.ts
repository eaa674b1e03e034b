import { Widget } from '@lumino/widgets';
import { parsePlanReply } from '../../../src/contract/plan';
import { type QueryPanels } from '../../../src/lab/query-panel/panels';
import { DEFAULT_SETTINGS } from '../../../src/lab/query-panel/panel-settings';
import planReply from '../../fixtures/contract/plan-reply.json';
import { doneWith, until, type QueryGateway } from './gateway';
import { button, message, rewrite, tabs, text, Stage } from './stage';

jest.setTimeout(20_000);

let stage: Stage;
let gateway: QueryGateway;
let panels: QueryPanels;
const opened = (state: object) => stage.panel(state);

beforeEach(async () => {
  stage = await Stage.open();
  ({ gateway, panels } = stage);
});

afterEach(() => stage.close());

it('shows the tabs that other plugins bring, in their place, also in panels that are open', async () => {
  const panel = await opened({ sql: 'select 1' });
  expect(tabs(panel)).toEqual(['Result', 'Plan', 'Messages']);
  const made: unknown[] = [];
  const chart = panels.tabs.add({
    id: 'chart',
    label: 'Chart',
    rank: 10,
    create: ({ model }) => {
      made.push(model);
      return new Widget();
    }
  });
  expect(made).toEqual([panel.model]);
  expect(tabs(panel)).toEqual(['Result', 'Chart', 'Plan', 'Messages']);
  expect(tabs(await opened({}))).toEqual(['Result', 'Chart', 'Plan', 'Messages']);
  chart.dispose();
  expect(tabs(panel)).toEqual(['Result', 'Plan', 'Messages']);
});

it('comes back after a reload with its text, its limit and its rows', async () => {
  const panel = await opened({
    sql: '-- mine\nselect * from orders',
    run: true,
    name: 'kept',
    rowLimit: 100
  });
  await until(() => panel.model.state.kind === 'running');
  gateway.become(doneWith(100));
  await until(() => panel.model.state.kind === 'done');
  const saved: object = JSON.parse(JSON.stringify(panel.state));
  const again = await opened({ ...saved, id: 'after-reload' });
  await until(() => again.model.state.kind === 'done');
  expect(again.editor.text).toBe('-- mine\nselect * from orders');
  expect(again.model.rowLimit).toBe(100);
  expect(again.model.result!.rowCount).toBe(100);
  expect(gateway.asked).toHaveLength(1);
});

it('says after a reload that the result has gone, and runs the statement again', async () => {
  const panel = await opened({
    sql: 'select 1',
    queryId: 'gone',
    sent: { text: 'select 1', from: 0 }
  });
  await until(() => panel.model.state.kind === 'failed');
  expect(message(panel)).toContain('This result is no longer kept.');
  button(panel, 'Run again').click();
  await until(() => gateway.asked.length === 1);
  expect(gateway.asked[0]!.sql).toBe('select 1');
});

it('previews a relation with 100 rows, in one panel a relation', async () => {
  await panels.preview({ schema: 'public', relation: 'orders' });
  await until(() => gateway.asked.length === 1);
  expect(gateway.asked[0]).toMatchObject({ sql: 'SELECT * FROM public.orders', rowLimit: 100 });
  expect(gateway.asked[0]!.origin.kind).toBe('preview');
  void panels.preview({ schema: 'public', relation: 'orders' });
  await until(() => gateway.asked.length === 2);
  expect(panels.tracker.size).toBe(1);
  await panels.preview({ schema: 'analytics', relation: 'Daily' });
  expect(panels.tracker.size).toBe(2);
  expect(panels.tracker.currentWidget!.title.label).toBe('analytics.Daily');
});

it('previews 100 rows again after all of them were read', async () => {
  await panels.preview({ schema: 'public', relation: 'orders' });
  await until(() => gateway.asked.length === 1);
  const panel = panels.tracker.currentWidget!;
  await until(() => panel.model.state.kind === 'running');
  gateway.become({ ...doneWith(100), truncated: true });
  await until(() => panel.model.state.kind === 'done');
  button(panel, 'read all').click();
  await until(() => gateway.asked.length === 2);
  void panels.preview({ schema: 'public', relation: 'orders' });
  await until(() => gateway.asked.length === 3);
  expect(gateway.asked.map(({ rowLimit }) => rowLimit)).toEqual([100, null, 100]);
  expect(panel.node.querySelector('select')!.value).toBe('100');
});

it('leaves a preview whose text was edited and opens another', async () => {
  await panels.preview({ schema: 'public', relation: 'orders' });
  const edited = panels.tracker.currentWidget!;
  rewrite(edited, 'SELECT * FROM public.orders WHERE id = 7');
  await panels.preview({ schema: 'public', relation: 'orders' });
  expect(panels.tracker.size).toBe(2);
  expect(edited.editor.text).toBe('SELECT * FROM public.orders WHERE id = 7');
  expect(panels.tracker.currentWidget!.editor.text).toBe('SELECT * FROM public.orders');
});

it('asks for values before it runs, binds them, and has them again after a reload', async () => {
  const panel = await opened({ sql: 'select * from orders where status = :status' });
  const field = () => panel.node.querySelector<HTMLInputElement>('input[name=status]')!;
  await panel.run();
  expect(document.activeElement).toBe(field());
  expect(gateway.asked).toHaveLength(0);
  field().value = 'paid';
  field().dispatchEvent(new Event('input'));
  void panel.run();
  await until(() => panel.model.state.kind === 'running');
  expect(gateway.asked[0]).toMatchObject({
    sql: 'select * from orders where status = $1',
    params: ['paid'],
    written: { sql: 'select * from orders where status = :status' }
  });
  gateway.become(doneWith(5));
  await until(() => panel.model.state.kind === 'done');
  button(panel, '→ DataFrame').click();
  expect(stage.used[0]!.slice(1)).toEqual([
    'select * from orders where status = :status',
    'Query 1',
    [{ name: 'status', value: 'paid', secret: false }]
  ]);
  const again = await opened({ ...JSON.parse(JSON.stringify(panel.state)), id: 'after-reload' });
  expect(again.node.querySelector<HTMLInputElement>('input[name=status]')!.value).toBe('paid');
});

it('asks before it runs a statement whose plan is red, and shows the light', async () => {
  gateway.plan = parsePlanReply(planReply);
  stage.settings = { ...DEFAULT_SETTINGS, planLimits: { ...DEFAULT_SETTINGS.planLimits, redBytes: 1_000 } };
  const panel = await opened({ sql: 'select * from orders', rowLimit: null });
  const line = () => text(panel, '.jp-ReplicaQuery-plan');
  await until(() => line().includes('reads orders (40 MB, sequential) · red'));
  const ran = panel.run();
  await until(() => document.querySelector('.jp-Dialog') !== null);
  const dialog = document.querySelector('.jp-Dialog')!;
  expect(dialog.textContent).toContain('The replica is shared');
  dialog.querySelector<HTMLElement>('.jp-mod-reject')!.click();
  await ran;
  expect(gateway.asked).toHaveLength(0);
  expect(gateway.planned).toContainEqual({ sql: 'select * from orders', params: [] });
  stage.settings = { ...DEFAULT_SETTINGS, planLight: false };
  void panel.run();
  await until(() => gateway.asked.length === 1);
});

it('draws the plan that is asked for, without running the statement', async () => {
  const source = JSON.stringify([{ Plan: { 'Node Type': 'Seq Scan', 'Relation Name': 'orders' } }]);
  gateway.plan = { ...parsePlanReply(planReply), source };
  const panel = await opened({ sql: 'select * from orders' });
  await panel.runs.plan(false);
  expect(text(panel, '.jp-ReplicaPlan')).toContain('Seq Scan on orders');
  expect(panel.state.tab).toBe('plan');
  expect(gateway.asked).toHaveLength(0);
});

it('goes by another name from now on', async () => {
  const panel = await opened({ sql: 'select 1' });
  panel.rename('revenue');
  expect(panel.title.label).toBe('revenue');
  expect(panel.state.name).toBe('revenue');
  void panel.run();
  await until(() => gateway.asked.length === 1);
  expect(gateway.asked[0]!.origin.label).toBe('revenue');
});
