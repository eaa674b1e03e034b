import {
  type CodeMirrorEditor,
  CodeMirrorEditorFactory,
  CodeMirrorMimeTypeService,
  EditorExtensionRegistry,
  EditorLanguageRegistry,
  ybinding
} from '@jupyterlab/codemirror';
import { completionStatus, startCompletion } from '@codemirror/autocomplete';
import { LabShell, LayoutRestorer } from '@jupyterlab/application';
import { CommandRegistry } from '@lumino/commands';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { addPanelCommands } from '../../../src/lab/query-panel/panel-commands';
import { parsePanelState } from '../../../src/lab/query-panel/panel-state';
import { QueryPanels } from '../../../src/lab/query-panel/panels';
import { type QueryPanel } from '../../../src/lab/query-panel/query-panel';
import { ResultTabs } from '../../../src/lab/query-panel/result-tabs';
import settings from '../../../schema/query-panel.json';
import { doneWith, failedAt, QueryGateway, until, withRows } from './gateway';

const SHORTCUTS = settings['jupyter.lab.shortcuts'];
type YText = Parameters<typeof ybinding>[0]['ytext'];

jest.setTimeout(20_000);

let gateway: QueryGateway;
let shell: LabShell;
let panels: QueryPanels;
let used: [string, string, string][];

beforeEach(async () => {
  gateway = await QueryGateway.start();
  shell = new LabShell();
  Widget.attach(shell, document.body);
  await shell.restoreLayout('multiple-document', nothingToRestore());
  used = [];
  panels = new QueryPanels(shell, {
    client: gateway.client,
    editors: {
      factoryService: new CodeMirrorEditorFactory({ extensions: labExtensions() }),
      mimeTypeService: new CodeMirrorMimeTypeService(new EditorLanguageRegistry())
    },
    catalog: null,
    profiles: null,
    openOn: () => undefined,
    tabs: new ResultTabs(),
    toDataFrame: () => (sql, name) => used.push(['frame', sql, name]),
    toExport: () => (sql, name) => used.push(['export', sql, name])
  });
});

afterEach(async () => {
  panels.tracker.forEach(panel => panel.dispose());
  shell.dispose();
  await gateway.stop();
});

/** The tie between an editor and its model, as Lab registers it. */
function labExtensions(): EditorExtensionRegistry {
  const registry = new EditorExtensionRegistry();
  registry.addExtension({
    name: 'shared-model-binding',
    factory: ({ model }) =>
      EditorExtensionRegistry.createImmutableExtension(
        ybinding({ ytext: (model.sharedModel as unknown as { ysource: YText }).ysource })
      )
  });
  return registry;
}

/** Lab's shell takes no widgets before its layout is restored. */
function nothingToRestore(): LayoutRestorer {
  const connector = {
    fetch: async () => undefined,
    list: async () => ({ ids: [], values: [] }),
    save: async () => undefined,
    remove: async () => undefined
  };
  return new LayoutRestorer({ connector, first: Promise.resolve(), registry: new CommandRegistry() });
}

async function opened(state: object): Promise<QueryPanel> {
  const panel = await panels.openWith(parsePanelState(state));
  await until(() => panel.isRevealed);
  MessageLoop.flush();
  return panel;
}

const text = (panel: QueryPanel, selector: string) => panel.node.querySelector(selector)?.textContent ?? '';
const footer = (panel: QueryPanel) => text(panel, '.jp-ReplicaQuery-summary');
const message = (panel: QueryPanel) =>
  panel.node.querySelector('.jp-ReplicaQuery-message:not(.lm-mod-hidden)')?.textContent ?? '';
const marks = (panel: QueryPanel) =>
  [...panel.node.querySelectorAll('.jp-ReplicaQuery-errorMark')].map(node => node.textContent);
const view = (panel: QueryPanel) => (panel.editor.editor as CodeMirrorEditor).editor;
const rewrite = (panel: QueryPanel, sql: string) =>
  view(panel).dispatch({ changes: { from: 0, to: view(panel).state.doc.length, insert: sql } });
const messages = (panel: QueryPanel) =>
  [...panel.node.querySelectorAll('.jp-ReplicaQuery-messages > ol > li')].map(node => node.textContent);
const tabs = (panel: QueryPanel) => {
  MessageLoop.flush();
  return [...panel.node.querySelectorAll('.jp-ReplicaQuery-tabs [role=tab]')].map(node => node.textContent);
};
const button = (panel: QueryPanel, label: string) =>
  [...panel.node.querySelectorAll<HTMLElement>('button')].find(
    node => node.textContent === label && !node.closest('[hidden]')
  )!;

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
  expect(used).toEqual([
    ['frame', 'select * from orders', 'my orders'],
    ['export', 'select * from orders', 'my orders']
  ]);
  button(panel, 'read all').click();
  await until(() => gateway.asked.length === 2);
  expect(gateway.asked[1]).toMatchObject({ sql: 'select * from orders', rowLimit: null });
  expect(panel.node.querySelector('select')!.value).toBe('all');
});

it('keeps the keyboard with the result through its runs', async () => {
  const panel = await opened({ sql: 'select * from orders', run: true });
  await until(() => panel.model.state.kind === 'running');
  gateway.become({ ...doneWith(100), truncated: true });
  await until(() => panel.model.state.kind === 'done');
  button(panel, 'read all').focus();
  button(panel, 'read all').click();
  const region = panel.node.querySelector('.jp-ReplicaQuery-result')!;
  expect(document.activeElement).toBe(region);
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

it('shows the tabs that other plugins bring, in their place, also in panels that are open', async () => {
  const panel = await opened({ sql: 'select 1' });
  expect(tabs(panel)).toEqual(['Result', 'Messages']);
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
  expect(tabs(panel)).toEqual(['Result', 'Chart', 'Messages']);
  expect(tabs(await opened({}))).toEqual(['Result', 'Chart', 'Messages']);
  chart.dispose();
  expect(tabs(panel)).toEqual(['Result', 'Messages']);
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
  expect(panels.statement()).toEqual({ sql: 'select * from public.orders', name: 'Query 1', profile: null });
});
