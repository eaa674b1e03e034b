import { Notification } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import {
  type HistoryEntry,
  parseHistory,
  parseSavedQueries,
  type Written
} from '../../../src/contract/history';
import { parseExportStatus } from '../../../src/contract/export';
import { parseQueryStatus } from '../../../src/contract/query';
import { HistoryView, historyFacts } from '../../../src/lab/query-library/history-view';
import { RunningView } from '../../../src/lab/query-library/running-view';
import { SavedView } from '../../../src/lab/query-library/saved-view';
import history from '../../fixtures/contract/history.json';
import exportStatus from '../../fixtures/contract/export-status.json';
import queryStatus from '../../fixtures/contract/query-status.json';
import savedQueries from '../../fixtures/contract/saved-queries.json';

const [entry] = parseHistory(history).entries as [HistoryEntry];
const [query] = parseSavedQueries(savedQueries).queries;
let shown: Widget[];
let opened: Written[];

beforeEach(() => {
  shown = [];
  opened = [];
});

afterEach(() => {
  shown.forEach(view => view.dispose());
  Notification.manager.dismiss();
});

const attached = <V extends Widget>(view: V): V => {
  shown.push(view);
  Widget.attach(view, document.body);
  return view;
};
const rows = (view: Widget) => [...view.node.querySelectorAll('li')].map(node => node.textContent);
const button = (view: Widget, label: string) =>
  [...view.node.querySelectorAll<HTMLElement>('button')].find(node => node.textContent === label)!;
const turn = () => new Promise(resolve => setTimeout(resolve, 0));

it('tells how a statement went, with its values and without secrets', () => {
  expect(historyFacts(entry)).toMatch(
    /^48 rows · 1\.2 s · .* · Query 1 · user = \(secret\) · since = 2024-01-01$/
  );
  expect(historyFacts({ ...entry, state: 'failed', message: 'no such table' })).toMatch(
    /^failed: no such table/
  );
  expect(historyFacts({ ...entry, truncated: true, rows: 10_000 })).toMatch(/^10,000 rows \(cut\)/);
});

it('searches the history, opens a statement, and forgets one', async () => {
  const searched: string[] = [];
  const forgotten: (string | null)[] = [];
  const client = {
    history: async (search: string) => (searched.push(search), [entry]),
    forgetHistory: async (id: string | null) => void forgotten.push(id)
  };
  const view = attached(
    new HistoryView(
      client,
      written => opened.push(written),
      () => undefined
    )
  );
  await view.refresh();
  expect(rows(view)).toHaveLength(1);
  view.node.querySelector<HTMLElement>('.jp-ReplicaLibrary-title')!.click();
  expect(opened).toEqual([entry.written]);
  button(view, 'Forget').click();
  await turn();
  expect(forgotten).toEqual([entry.id]);
  const search = view.node.querySelector('input')!;
  search.value = 'orders';
  await view.refresh();
  expect(searched.at(-1)).toBe('orders');
});

it('says what the history is for while it is empty, and why it cannot be read', async () => {
  let fails = false;
  const client = {
    history: async () => {
      if (fails) throw new Error('no disk');
      return [];
    },
    forgetHistory: async () => undefined
  };
  const view = attached(
    new HistoryView(
      client,
      () => undefined,
      () => undefined
    )
  );
  await view.refresh();
  expect(view.node.textContent).toContain('Statements that you run are remembered, for you alone');
  fails = true;
  await view.refresh();
  expect(view.node.querySelector('[role=alert]')!.textContent).toContain('no disk');
  fails = false;
  button(view, 'Try again').click();
  await turn();
  expect(view.node.querySelector('[role=alert]')).toBeNull();
});

it('brings a deleted query back', async () => {
  let kept = [query!];
  const client = {
    savedQueries: async () => kept,
    saveQuery: async (request: { readonly name: string }) => (
      (kept = [query!]),
      { ...query!, name: request.name }
    ),
    removeSavedQuery: async () => void (kept = [])
  };
  const view = attached(new SavedView(client, written => opened.push(written)));
  await view.refresh();
  expect(rows(view)[0]).toContain('orders of a user');
  button(view, 'Delete').click();
  await turn();
  await turn();
  expect(view.node.textContent).toContain('Nothing is saved yet');
  const [notice] = Notification.manager.notifications;
  notice!.options.actions![0]!.callback(new MouseEvent('click'));
  await turn();
  await turn();
  expect(rows(view)).toHaveLength(1);
});

it('lists what runs in panels, kernels and exports, each once, and stops it', async () => {
  const stopped: string[] = [];
  const running = parseQueryStatus({ ...queryStatus, state: 'running' });
  const client = {
    runningQueries: async () => [
      running,
      { ...running, queryId: 'reads-for-export', origin: { kind: 'export' as const, label: 'x' } }
    ],
    cancelQuery: async (id: string) => (stopped.push(id), running),
    exports: async () => [
      parseExportStatus({ ...exportStatus, state: 'running' }),
      parseExportStatus({ ...exportStatus, state: 'done' })
    ],
    cancelExport: async (id: string) => (stopped.push(id), parseExportStatus(exportStatus))
  };
  const view = attached(new RunningView(client));
  await view.refresh();
  expect(rows(view)).toHaveLength(2);
  expect(rows(view)[1]).toContain('export to s3://');
  const [first, second] = [...view.node.querySelectorAll('button')];
  first!.click();
  second!.click();
  expect(stopped).toEqual([running.queryId, exportStatus.exportId]);
});
