import { completionStatus, startCompletion } from '@codemirror/autocomplete';
import { CommandRegistry } from '@lumino/commands';
import { MessageLoop } from '@lumino/messaging';
import { addPanelCommands } from '../../../src/lab/query-panel/panel-commands';
import { type QueryPanels } from '../../../src/lab/query-panel/panels';
import schema from '../../../schema/query-panel.json';
import { asSent, asWritten } from '../../../src/lab/query-panel/used-statement';
import { doneWith, failedAt, until, withRows, type QueryGateway } from './gateway';
import { button, footer, marks, message, messages, rewrite, tabs, text, view, Stage } from './stage';

const SHORTCUTS = schema['jupyter.lab.shortcuts'];

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

it('says what to do while it is empty', async () => {
  const panel = await opened({});
  expect(message(panel)).toContain('Ctrl+Enter runs the statement');
  expect(panel.title.label).toBe('Query 1');
  expect((await opened({})).title.label).toBe('Query 2');
});

it('runs the statement at the cursor, or what is selected', async () => {
  const panel = await opened({ sql: 'select 1;\nselect 2;\nselect 3' });
  view(panel).dispatch({ selection: { anchor: 13 } });
  void panel.run();
  await until(() => gateway.asked.length === 1);
  expect(gateway.asked[0]!.sql).toBe('select 2');
  view(panel).dispatch({ selection: { anchor: 9, head: 20 } });
  void panel.run();
  await until(() => gateway.asked.length === 2);
  expect(gateway.asked[1]!.sql).toBe('select 2');
});

it('shows rows while the statement runs, and Stop only then', async () => {
  const panel = await opened({ sql: 'select * from t', run: true });
  await until(() => panel.model.state.kind === 'running');
  expect(panel.hasClass('jp-mod-running')).toBe(true);
  gateway.become(withRows(1_000));
  await until(() => footer(panel).startsWith('1,000 rows so far'));
  MessageLoop.flush();
  await until(() => text(panel, '[role=gridcell]') === '0');
  gateway.become(doneWith(1_200));
  await until(() => footer(panel) === '1,200 rows · 1.2 s (first row 900 ms) · 3 kB');
  expect(panel.hasClass('jp-mod-running')).toBe(false);
  expect(message(panel)).toBe('');
});

it("shows PostgreSQL's words, underlines the place, and clears the mark with the first edit", async () => {
  const panel = await opened({ sql: 'select 1;\nselect * form orders' });
  void panel.run();
  await until(() => panel.model.state.kind === 'running');
  gateway.become(failedAt(10));
  await until(() => panel.model.state.kind === 'failed');
  expect(message(panel)).toContain('syntax error at or near "form"');
  expect(message(panel)).toContain('Perhaps you meant FROM.');
  expect(marks(panel)).toEqual(['form']);
  panel.editor.insert(' ');
  expect(marks(panel)).toEqual([]);
});

it('does not mark a place in a text that was changed meanwhile', async () => {
  const panel = await opened({ sql: 'select * form orders', run: true });
  await until(() => panel.model.state.kind === 'running');
  rewrite(panel, 'select 1');
  gateway.become(failedAt(10));
  await until(() => panel.model.state.kind === 'failed');
  expect(marks(panel)).toEqual([]);
});

it('offers all rows where they were cut', async () => {
  const panel = await opened({ sql: 'select * from orders', run: true, name: 'my orders' });
  await until(() => panel.model.state.kind === 'running');
  gateway.become({ ...doneWith(10_000), truncated: true, rowEstimate: 4_200_000 });
  await until(() => footer(panel).startsWith('10,000 of about 4.2M rows'));
  button(panel, 'all → DataFrame').click();
  button(panel, 'all → S3').click();
  expect(stage.used).toEqual([
    ['frame', 'select * from orders', 'my orders', []],
    ['export', 'select * from orders', 'my orders', []]
  ]);
  expect(stage.estimates[0]).toBe((doneWith(10_000).bytes! / 10_000) * 4_200_000);
  button(panel, 'read all').click();
  await until(() => gateway.asked.length === 2);
  expect(gateway.asked[1]).toMatchObject({ sql: 'select * from orders', rowLimit: null });
  expect(panel.node.querySelector('select')!.value).toBe('all');
});

it('hands the statement that was cut on with the values it ran with, but for secret ones', async () => {
  const panel = await opened({
    sql: 'select * from orders where status = :status and key = :key',
    parameters: [
      { name: 'status', text: 'paid', isNull: false, secret: false },
      { name: 'key', text: 'open sesame', isNull: false, secret: true }
    ],
    run: true
  });
  await until(() => panel.model.state.kind === 'running');
  gateway.become({ ...doneWith(10_000), truncated: true });
  await until(() => panel.model.state.kind === 'done');
  const { text: sql, parameters } = panel.model.sent!;
  // What stands in the editor by now is another matter.
  rewrite(panel, 'select 1');
  button(panel, 'all → DataFrame').click();
  button(panel, 'all → S3').click();
  expect(stage.used.map(([to, statement, , values]) => [to, statement, values])).toEqual([
    ['frame', sql, parameters],
    ['export', sql, parameters]
  ]);
  expect(parameters?.map(({ name, value }) => [name, value])).toEqual([
    ['status', 'paid'],
    ['key', 'open sesame']
  ]);
  const used = {
    statement: panel.model.sent!,
    name: 'my orders',
    profile: 'prod',
    estimatedBytes: null
  };
  expect(asWritten(used)).toMatchObject({
    ...{ sql, name: 'my orders', profile: 'prod' },
    parameters: [
      { name: 'status', value: 'paid' },
      { name: 'key', value: null, secret: true }
    ]
  });
  expect(asSent(used)).toMatchObject({
    sql: 'select * from orders where status = $1 and key = $2',
    params: ['paid', 'open sesame']
  });
});

it('shows the names of columns at the top before the first row, with what is said below them', async () => {
  const panel = await opened({ sql: 'select * from t', run: true });
  await until(() => panel.model.state.kind === 'running');
  const result = panel.node.querySelector('.jp-ReplicaQuery-result')!;
  expect(result.classList).not.toContain('jp-mod-headerOnly');
  gateway.become(withRows(0));
  await until(() => panel.model.result !== null);
  expect(result.classList).toContain('jp-mod-headerOnly');
  expect(result.querySelector('[aria-label="Waiting for the first rows"]')).not.toBeNull();
  gateway.become(withRows(5));
  await until(() => !result.classList.contains('jp-mod-headerOnly'));
  expect(message(panel)).toBe('');
});

it('leaves the names out of an error before the first row', async () => {
  const panel = await opened({ sql: 'select 1 / 0 as a', run: true });
  await until(() => panel.model.state.kind === 'running');
  gateway.become({ ...withRows(0), ...failedAt(null) });
  await until(() => panel.model.state.kind === 'failed');
  expect(message(panel)).toContain('syntax error');
  expect(panel.node.querySelector('.jp-ReplicaGrid')!.classList).toContain('lm-mod-hidden');
  expect(panel.node.querySelector('.jp-ReplicaQuery-result')!.classList).not.toContain('jp-mod-headerOnly');
});

it('lays the text out around the cursor and what is selected', async () => {
  const panel = await opened({ sql: 'select id,total from orders where status=1' });
  const chosen = () => {
    const { from, to } = view(panel).state.selection.main;
    return view(panel).state.sliceDoc(from, to);
  };
  view(panel).dispatch({ selection: { anchor: 34, head: 40 } });
  expect(chosen()).toBe('status');
  view(panel).dispatch({ selection: { anchor: 0, head: 42 } });
  await panel.format();
  expect(chosen().replace(/\s+/g, ' ')).toBe('select id, total from orders where status = 1');
  rewrite(panel, 'select id,total from orders where status=1');
  view(panel).dispatch({ selection: { anchor: 36 } });
  await panel.format();
  const { head } = view(panel).state.selection.main;
  expect(view(panel).state.sliceDoc(head - 2, head + 4)).toBe('status');
});

it('keeps the keyboard with the result through its runs', async () => {
  const panel = await opened({ sql: 'select * from orders', run: true });
  await until(() => panel.model.state.kind === 'running');
  gateway.become({ ...doneWith(100), truncated: true });
  await until(() => panel.model.state.kind === 'done');
  button(panel, 'read all').focus();
  button(panel, 'read all').click();
  const region = panel.node.querySelector('.jp-ReplicaQuery-result')!;
  await until(() => document.activeElement === region);
  await until(() => panel.model.state.kind === 'running');
  gateway.become(failedAt(null));
  await until(() => panel.model.state.kind === 'failed');
  expect(document.activeElement).toBe(region);
});

it('goes back from "Run again" to the rows, unless the person has moved on', async () => {
  const panel = await opened({ sql: 'x', queryId: 'gone', sent: { text: 'select 1', from: 0 } });
  const grid = () => panel.node.querySelector('[role=grid]');
  await until(() => panel.model.state.kind === 'failed');
  button(panel, 'Run again').focus();
  button(panel, 'Run again').click();
  await until(() => panel.model.state.kind === 'running');
  gateway.become(withRows(5));
  await until(() => grid() !== null);
  expect(document.activeElement).toBe(grid());
  void panel.run();
  const elsewhere = button(panel, '→ DataFrame');
  elsewhere.focus();
  await until(() => gateway.asked.length === 2 && panel.model.state.kind === 'running');
  gateway.become(withRows(5));
  await until(() => grid() !== null);
  expect(document.activeElement).toBe(elsewhere);
});

it('closes with Escape what is open before it stops the statement', async () => {
  const commands = new CommandRegistry();
  addPanelCommands({ commands }, panels, null, null);
  SHORTCUTS.forEach(shortcut => commands.addKeyBinding(shortcut));
  const listen = (event: KeyboardEvent) => commands.processKeydownEvent(event);
  document.addEventListener('keydown', listen, true);
  const press = (target: Element) =>
    target.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', keyCode: 27, bubbles: true }));
  const panel = await opened({ sql: 'sel', run: true });
  panel.node.dispatchEvent(new FocusEvent('focus'));
  await until(() => panel.model.state.kind === 'running');
  gateway.become(withRows(5));
  await until(() => text(panel, '[role=gridcell]') === '0');

  startCompletion(view(panel));
  await until(() => completionStatus(view(panel).state) === 'active');
  press(view(panel).contentDOM);
  expect(completionStatus(view(panel).state)).toBeNull();

  const viewer = panel.node.querySelector<HTMLElement>('.jp-ReplicaGrid-viewer')!;
  panel.node.querySelector('.jp-ReplicaGrid-rows')!.dispatchEvent(new MouseEvent('dblclick'));
  viewer.querySelector('pre')!.focus();
  press(document.activeElement!);
  expect(viewer.classList).toContain('lm-mod-hidden');
  expect(panel.model.state.kind).toBe('running');

  press(document.activeElement!);
  expect(panel.model.state.kind).toBe('stopping');
  document.removeEventListener('keydown', listen, true);
});

it('stops with Escape in the editor although text is selected, or completions are still looked for', async () => {
  const panel = await opened({ sql: 'select 1', run: true });
  await until(() => panel.model.state.kind === 'running');
  const { contentDOM } = view(panel);
  const press = () =>
    contentDOM.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Escape', keyCode: 27, bubbles: true, cancelable: true })
    );
  startCompletion(view(panel));
  expect(completionStatus(view(panel).state)).toBe('pending');
  press();
  expect(panel.model.state.kind).toBe('stopping');
  expect(completionStatus(view(panel).state)).toBeNull();

  gateway.become({ state: 'cancelled' });
  await until(() => panel.model.state.kind === 'cancelled');
  void panel.run();
  await until(() => panel.model.state.kind === 'running');
  view(panel).dispatch({ selection: { anchor: 0, head: 6 } });
  press();
  expect(panel.model.state.kind).toBe('stopping');
});

it('lets go of its text when it is closed', async () => {
  const { model } = (await opened({})).editor;
  panels.tracker.currentWidget!.dispose();
  expect(model.isDisposed).toBe(true);
});

it("shows the server's notices", async () => {
  const panel = await opened({ sql: 'select 1', run: true });
  await until(() => panel.model.state.kind === 'running');
  gateway.become({ ...doneWith(1), notices: ['NOTICE: one', 'WARNING: two'] });
  await until(() => panel.model.state.kind === 'done');
  expect(messages(panel)[0]).toBe('select 1SELECT 1 · 1.2 sNOTICE: oneWARNING: two');
  await until(() => tabs(panel).includes('Messages (2)'));
});

it('runs all statements up to the first that fails', async () => {
  const panel = await opened({ sql: 'select 1; select bad; select 3' });
  const ran = panel.runAll();
  await until(() => gateway.asked.length === 1 && panel.model.state.kind === 'running');
  gateway.become(doneWith(1));
  await until(() => gateway.asked.length === 2 && panel.model.state.kind === 'running');
  gateway.become(failedAt(8));
  await ran;
  expect(gateway.asked.map(({ sql }) => sql)).toEqual(['select 1', 'select bad']);
  expect(marks(panel)).toEqual(['bad']);
  expect(messages(panel)).toEqual([
    'select 1SELECT 1 · 1.2 s',
    'select badfailed after 0 ms: syntax error at or near "form"'
  ]);
});

it('ends the query when its panel is closed', async () => {
  const panel = await opened({ sql: 'select 1', run: true });
  await until(() => panel.model.state.kind === 'running');
  panel.close();
  await until(() => gateway.released.includes('q1'));
});

it('writes at the cursor, and tells what it would run', async () => {
  const panel = await opened({ sql: 'select * from ' });
  // jsdom gives no focus to an editable element.
  panel.node.dispatchEvent(new FocusEvent('focus'));
  expect(panels.current).toBe(panel);
  expect(panels.insert('public.orders')).toBe(true);
  expect(panels.statement()).toEqual({
    sql: 'select * from public.orders',
    parameters: [],
    name: 'Query 1',
    profile: null,
    estimatedBytes: null
  });
});
