import { Widget } from '@lumino/widgets';
import { indexCatalog } from '../../../src/lab/schema-browser/catalog-index';
import { QuickOpen } from '../../../src/lab/schema-browser/quick-open';
import { CatalogSource } from './catalog-source';
import { SHOP } from './sample-catalog';

let source: CatalogSource;
let box: QuickOpen;
let chosen: [unknown, boolean][];

beforeEach(() => {
  chosen = [];
  source = new CatalogSource({ kind: 'ready', catalog: SHOP });
  box = new QuickOpen({
    source,
    index: indexCatalog(SHOP),
    choose: (target, other) => chosen.push([target, other])
  });
  Widget.attach(box, document.body);
});

afterEach(() => box.dispose());

const input = () => box.node.querySelector('input')!;
const options = () => [...box.node.querySelectorAll<HTMLElement>('[role=option]')];
const active = () => document.getElementById(input().getAttribute('aria-activedescendant') ?? '');

function type(words: string): void {
  input().value = words;
  input().dispatchEvent(new Event('input'));
}

function press(key: string, keys: KeyboardEventInit = {}): void {
  input().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...keys }));
}

it('has the keyboard at once, and shows nothing before a letter', () => {
  expect(document.activeElement).toBe(input());
  expect(options()).toEqual([]);
  type('or');
  type('');
  expect(options()).toEqual([]);
});

it('finds tables by scattered letters and marks what was met', () => {
  type('pgvw 26_02');
  expect(options().map(option => option.textContent)).toEqual(['page_views_2026_02analytics']);
  expect([...options()[0]!.querySelectorAll('mark')].map(mark => mark.textContent).join('')).toBe(
    'pgvw26_02'
  );
});

it('finds columns of tables that nobody has opened', async () => {
  const match = { schema: 'public', relation: 'orders', column: 'total', comment: null, score: 290 };
  source.matches = { matches: [match], total: 1 };
  type('total');
  for (let tries = 0; options().length === 0 && tries < 100; tries += 1) {
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  expect(options().map(option => option.textContent)).toEqual(['totalpublic.orders']);
  press('Enter');
  expect(chosen).toEqual([[{ schema: 'public', relation: 'orders', column: 'total' }, false]]);
});

it('moves with the arrows between the ends, and tells readers where it is', () => {
  type('e');
  const all = options();
  expect(all.length).toBeGreaterThan(2);
  press('ArrowUp');
  expect(active()).toBe(all[0]);
  all.forEach(() => press('ArrowDown'));
  expect(active()).toBe(all.at(-1));
  expect(all.filter(option => option.getAttribute('aria-selected') === 'true')).toEqual([all.at(-1)]);
  type('us');
  expect(active()).toBe(options()[0]);
});

it('closes with a choice, by Ctrl+Enter or the mouse too, and with Escape', () => {
  type('users');
  press('Enter', { ctrlKey: true });
  expect(box.isDisposed).toBe(true);
  expect(chosen).toEqual([[{ schema: 'public', relation: 'users' }, true]]);
});

it('takes a click, and chooses nothing when it is left', () => {
  type('users');
  options()[0]!.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, cancelable: true }));
  expect(chosen).toEqual([[{ schema: 'public', relation: 'users' }, false]]);
  const other = new QuickOpen({ source, index: indexCatalog(SHOP), choose: () => chosen.push([0, false]) });
  Widget.attach(other, document.body);
  other.node
    .querySelector('input')!
    .dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  expect(other.isDisposed).toBe(true);
  expect(chosen).toHaveLength(1);
});
