import { Notification } from '@jupyterlab/apputils';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { ResultGrid } from '../../../src/lab/result-grid/grid';
import { ResultModel } from '../../../src/lab/result-grid/result-model';
import { columnsOf, FIELDS, rowsOf, sourceOf } from './rows';
import { withAsyncClipboard, withCopyCommand } from './clipboards';

const HEADER_PX = 58;
const ROW_PX = 24;
let asked: number[];
let model: ResultModel;
let grid: ResultGrid;
let broken: boolean;
/** Of the row that comes first in an order. */
let offset: number;

beforeAll(() => {
  // jsdom has no layout: a view of 20 rows.
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { get: () => HEADER_PX + 20 * ROW_PX });
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { get: () => 800 });
});

beforeEach(() => {
  asked = [];
  broken = false;
  offset = 0;
  model = new ResultModel(
    FIELDS,
    sourceOf(
      async (from, limit, { columns, viewId }) => {
        asked.push(from);
        if (broken) throw new Error('the line is cut');
        const rows = rowsOf(viewId ? from + offset : from, Math.min(limit, model.rowCount - from));
        return columnsOf(rows, columns);
      },
      { arrange: async () => ({ viewId: 'v1', rows: 10, of: 10, orderings: ['number'], elapsedMs: 1 }) }
    )
  );
  grid = new ResultGrid(model);
  Widget.attach(grid, document.body);
});

afterEach(() => {
  Notification.manager.dismiss();
  grid.dispose();
  model.dispose();
});

const table = () => grid.node.querySelector<HTMLElement>('[role=grid]')!;
const rowTexts = () =>
  [...grid.node.querySelectorAll('[role=row]:has([role=gridcell])')].map(row =>
    [...row.querySelectorAll('[role=gridcell]')].map(cell => cell.textContent)
  );
const active = () =>
  document.getElementById(table().getAttribute('aria-activedescendant') ?? '')?.textContent;

async function shown(): Promise<void> {
  MessageLoop.flush();
  await new Promise(resolve => setTimeout(resolve, 5));
  MessageLoop.flush();
}

async function grow(rowCount: number): Promise<void> {
  model.grow(rowCount);
  await shown();
}

async function press(key: string, keys: KeyboardEventInit = {}): Promise<void> {
  table().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...keys }));
  await shown();
}

async function scrollTo(px: number): Promise<void> {
  table().scrollTop = px;
  table().dispatchEvent(new Event('scroll'));
  await shown();
}

it('makes only the rows on show, and tells readers how many there are', async () => {
  await grow(1_000_000);
  expect(rowTexts()).toHaveLength(20);
  expect(rowTexts()[1]).toEqual(['1', 'word 1']);
  expect(table().getAttribute('aria-rowcount')).toBe('1000001');
  expect(table().getAttribute('aria-colcount')).toBe('3');
  expect(grid.node.querySelector('[role=row][aria-rowindex="3"]')!.textContent).toContain('word 1');
  expect(asked).toEqual([0]);
});

it('names the columns with their types', async () => {
  await grow(1);
  const headers = [...grid.node.querySelectorAll('[role=columnheader]')]
    .slice(1)
    .map(node => node.textContent);
  expect(headers).toEqual(['idinteger', 'wordtext']);
});

it('shows NULL as a dim word and numbers on the right', async () => {
  await grow(10);
  const nulls = grid.node.querySelectorAll('[role=gridcell].jp-mod-null');
  expect([...nulls].map(node => node.textContent)).toEqual(['NULL']);
  expect(grid.node.querySelectorAll('[role=gridcell].jp-mod-number')).toHaveLength(10);
});

it('shows more rows as they come', async () => {
  await grow(5);
  expect(rowTexts()).toHaveLength(5);
  await grow(12);
  expect(rowTexts()).toHaveLength(12);
  expect(rowTexts()[11]).toEqual(['11', 'word 11']);
});

it('reads only the page that is scrolled to', async () => {
  await grow(100_000);
  await scrollTo(50_000 * ROW_PX);
  expect(rowTexts()[0]).toEqual(['50000', 'word 50000']);
  expect(asked).toEqual([0, 50_000]);
});

it('reaches the last of ten million rows with the keyboard', async () => {
  await grow(10_000_000);
  table().focus();
  await press('End', { ctrlKey: true });
  expect(active()).toBe('word 9999999');
  await press('Home', { ctrlKey: true });
  expect(active()).toBe('0');
});

it('moves the focus with the arrows and pages, and keeps it in view', async () => {
  await grow(1_000);
  table().focus();
  expect(active()).toBe('0');
  await press('ArrowDown');
  await press('ArrowRight');
  expect(active()).toBe('word 1');
  await press('PageDown');
  await press('PageDown');
  expect(active()).toBe('word 39');
  expect(rowTexts().at(-1)).toEqual(['39', 'word 39']);
});

it('selects with Shift and copies what is selected, NULL as nothing', async () => {
  await grow(1_000);
  const clipboard = withAsyncClipboard();
  table().focus();
  await press('ArrowDown');
  await press('ArrowDown');
  await press('ArrowDown', { shiftKey: true });
  await press('ArrowRight', { shiftKey: true });
  expect(grid.node.querySelectorAll('[aria-selected=true]')).toHaveLength(4);
  await press('c', { ctrlKey: true });
  expect(await clipboard.text()).toBe('2\tword 2\n3\t');
});

it('copies rows that are not on show in few requests, offered while the keys are pressed', async () => {
  await grow(25_000);
  const clipboard = withAsyncClipboard();
  table().focus();
  await press('a', { ctrlKey: true });
  asked = [];
  const pressed = press('c', { ctrlKey: true });
  expect(clipboard.isOffered).toBe(true);
  await pressed;
  const lines = (await clipboard.text()).split('\n');
  expect(lines).toHaveLength(25_000);
  expect(lines[24_999]).toBe('24999\tword 24999');
  expect(asked).toEqual([0, 10_000, 20_000]);
});

it('copies on a page over plain HTTP, and tells when the browser no longer lets it', async () => {
  await grow(10);
  const clipboard = withCopyCommand();
  table().focus();
  await press('c', { ctrlKey: true });
  expect(clipboard.copied).toEqual(['0']);
  clipboard.isClosed = true;
  await press('ArrowDown');
  await press('c', { ctrlKey: true });
  expect(Notification.manager.notifications[0]?.message).toContain('Nothing was copied');
  clipboard.isClosed = false;
  await press('ArrowDown');
  await press('c', { ctrlKey: true });
  expect(clipboard.copied).toEqual(['0', '2']);
});

it('selects the cell under the pointer', async () => {
  await grow(1_000);
  const rows = grid.node.querySelector('.jp-ReplicaGrid-rows')!;
  rows.dispatchEvent(
    new PointerEvent('pointerdown', { bubbles: true, clientX: 60, clientY: HEADER_PX + 5 * ROW_PX + 3 })
  );
  document.dispatchEvent(new PointerEvent('pointerup'));
  await shown();
  expect(active()).toBe('5');
});

it('shows one value whole on Enter and closes it on Escape', async () => {
  await grow(10);
  table().focus();
  await press('ArrowRight');
  await press('Enter');
  const viewer = grid.node.querySelector<HTMLElement>('[role=complementary]')!;
  expect(viewer.getAttribute('aria-label')).toBe('Value of word in row 1');
  expect(viewer.querySelector('pre')!.textContent).toBe('word 0');
  viewer.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  expect(viewer.classList.contains('lm-mod-hidden')).toBe(true);
  expect(document.activeElement).toBe(table());
});

it('closes the viewer with Escape from the grid, which has the keyboard all the time', async () => {
  await grow(10);
  table().focus();
  await press('ArrowRight');
  await press('Enter');
  const viewer = grid.node.querySelector('[role=complementary]')!;
  expect(viewer.classList.contains('lm-mod-hidden')).toBe(false);
  expect(document.activeElement).toBe(table());
  await press('Escape');
  expect(viewer.classList.contains('lm-mod-hidden')).toBe(true);
});

it('shows the value that a sort has brought to the place that is looked at', async () => {
  await grow(10);
  table().focus();
  await press('ArrowRight');
  await press('Enter');
  const viewer = grid.node.querySelector('[role=complementary]')!;
  expect(viewer.querySelector('pre')!.textContent).toBe('word 0');
  offset = 4;
  await model.arrangement.sortBy({ column: 0, descending: true });
  await shown();
  expect(viewer.querySelector('pre')!.textContent).toBe('word 4');
});

it('widens a column with Alt and an arrow', async () => {
  await grow(10);
  table().focus();
  const width = () => parseFloat(grid.node.querySelector<HTMLElement>('[role=gridcell]')!.style.width);
  const before = width();
  await press('ArrowRight', { altKey: true });
  expect(width()).toBe(before + 24);
});

it('never cuts a number', async () => {
  await grow(20_000_000);
  const width = () =>
    parseFloat(grid.node.querySelector<HTMLElement>('.jp-mod-number[role=gridcell]')!.style.width);
  const before = width();
  table().focus();
  await press('End', { ctrlKey: true });
  expect(width()).toBeGreaterThan(before);
});

it('stops reading after a failure until it is told to try again', async () => {
  broken = true;
  await grow(100);
  await scrollTo(24);
  expect(asked).toEqual([0]);
  expect(model.failure?.message).toContain('the line is cut');
  broken = false;
  model.retry();
  await shown();
  expect(model.failure).toBeNull();
  expect(rowTexts()[0]).toEqual(['1', 'word 1']);
});
