import { type Catalog } from '../../../src/contract/catalog';
import { indexCatalog } from '../../../src/lab/schema-browser/catalog-index';
import { searching } from '../../../src/lab/schema-browser/catalog-search';
import { BrowserModel } from '../../../src/lab/schema-browser/browser-model';
import { spokenOf } from '../../../src/lab/schema-browser/describe-row';
import { nameOf, relationId, schemaId, type TreeRow } from '../../../src/lab/schema-browser/tree-row';
import { CatalogSource } from './catalog-source';
import { catalog, ORDER_COLUMNS, relation, SHOP, USER_COLUMNS } from './sample-catalog';

const ORDERS = relationId({ schema: 'public', relation: 'orders' });
const PAGE_VIEWS = { schema: 'analytics', relation: 'page_views' };

let source: CatalogSource;
let model: BrowserModel;

const label = (row: TreeRow) => '  '.repeat(row.level - 1) + (nameOf(row) || spokenOf(row));
const shown = () => model.rows.map(label);
const ready = (content: Catalog) => ({ kind: 'ready', catalog: content }) as const;

beforeEach(() => {
  source = new CatalogSource(ready(SHOP), { orders: ORDER_COLUMNS, users: USER_COLUMNS });
  model = new BrowserModel(source);
});

afterEach(() => model.dispose());

test('public is open at first, tables stand by name, partitions not beside them', () => {
  expect(shown()).toEqual(['analytics', 'public', '  Größe & "Maß"', '  orders', '  users']);
});

test('the only schema is open at first, whatever its name', () => {
  model = new BrowserModel(new CatalogSource(ready(catalog(['shop', [relation('t')]]))));
  expect(shown()).toEqual(['shop', '  t']);
});

test('opening a table reads its columns once and shows them in their order', () => {
  model.toggle(ORDERS);
  expect(shown().slice(3)).toEqual(['  orders', '    id', '    user_id', '    total', '  users']);
  model.toggle(ORDERS);
  expect(shown()).toHaveLength(5);
  expect(source.asked).toEqual(['orders']);
});

test('columns that cannot be read leave a note that says why', () => {
  model.toggle(ORDERS);
  source.failColumns({ schema: 'public', relation: 'orders' }, 'Permission denied.');
  expect(shown()).toContain('    Columns not read: Permission denied.');
});

test('partitions stand folded below their table', () => {
  model.toggle(schemaId('analytics'));
  model.toggle(relationId(PAGE_VIEWS));
  expect(shown().slice(0, 4)).toEqual(['analytics', '  daily_revenue', '  page_views', '    No column']);
  const partitions = model.rows.find(row => row.kind === 'partitions');
  model.toggle(partitions?.id ?? '');
  expect(shown().slice(4, 7)).toEqual([
    '    2 partitions',
    '      page_views_2026_01',
    '      page_views_2026_02'
  ]);
});

test('a partition whose table is not visible stands for itself', () => {
  const orphan = relation('part', { partitionOf: { schema: 'hidden', relation: 'whole' } });
  model = new BrowserModel(new CatalogSource(ready(catalog(['public', [orphan]]))));
  expect(shown()).toEqual(['public', '  part']);
});

/** Resolves once the gateway's columns are in the tree. */
const columnsFound = () => new Promise<void>(resolve => model.lookup.changed.connect(() => resolve(), model));
const match = (relationName: string, name: string, score: number) => ({
  ...{ schema: 'public', relation: relationName, column: name, comment: null, score }
});

test('a search lists what it finds, names before comments, the better name first', () => {
  model.search = 'ORDER';
  expect(shown()).toEqual(['orders', 'daily_revenue']);
  expect(model.rows[0]).toMatchObject({ kind: 'relation', apart: true });
  model.search = 'order public';
  expect(shown()).toEqual(['orders']);
  model.search = 'usr';
  expect(shown()).toEqual(['users']);
});

test('a search finds partitions too', () => {
  model.search = '2026_02';
  expect(shown()).toEqual(['page_views_2026_02']);
});

test('a search finds columns of tables that nobody has opened, between names and comments', async () => {
  source.matches = {
    matches: [match('users', 'order_count', 280), match('orders', 'order_id', 280)],
    total: 2
  };
  model.search = 'order';
  await columnsFound();
  expect(shown()).toEqual(['orders', '  order_id', 'users', '  order_count', 'daily_revenue']);
  expect(source.asked).toEqual([]);
});

test('a table that was found by a column shows all of them once it is opened again', async () => {
  source.matches = { matches: [match('orders', 'total', 290)], total: 1 };
  model.search = 'total';
  await columnsFound();
  expect(shown()).toEqual(['orders', '  total']);
  model.toggle(ORDERS);
  model.toggle(ORDERS);
  expect(shown()).toEqual(['orders', ...ORDER_COLUMNS.map(({ name }) => `  ${name}`)]);
});

test('of searches typed quickly only the last is asked for', async () => {
  model.search = 'to';
  model.search = 'tot';
  model.search = 'total';
  await columnsFound();
  expect(source.searches).toEqual(['total']);
});

test('a search for columns that fails leaves what was found by name', async () => {
  source.searchColumns = () => Promise.reject(new Error('the replica is gone'));
  model.search = 'users';
  await columnsFound();
  expect(model.lookup.state).toMatchObject({
    kind: 'failed',
    error: { message: expect.stringContaining('the replica is gone') }
  });
  expect(shown()).toEqual(['users']);
});

test('a schema that may not be used says so, and which grant to ask for', () => {
  const { schemas, ...rest } = SHOP;
  const vault = {
    name: 'the vault',
    comment: null,
    owned: false,
    system: false,
    usable: false,
    relations: []
  };
  source.set(ready({ ...rest, schemas: [...schemas, vault] }));
  model.toggle(schemaId('the vault'));
  expect(model.rows.at(-1)).toMatchObject({
    kind: 'note',
    grant: 'GRANT USAGE ON SCHEMA "the vault" TO reader;'
  });
});

test('an empty schema and a table without columns say so', async () => {
  source.set(ready(catalog(['empty', []], ['public', [relation('nothing')]])));
  model.toggle(schemaId('empty'));
  model.toggle(relationId({ schema: 'public', relation: 'nothing' }));
  await Promise.resolve();
  expect(shown()).toEqual(['empty', '  No table or view', 'public', '  nothing', '    No column']);
});

test('favourites and the tables used last stand on top, as long as they exist', () => {
  const orders = { schema: 'public', relation: 'orders' };
  model.shelves.toggleFavourite(orders);
  model.shelves.visit({ schema: 'public', relation: 'users' });
  model.shelves.visit({ schema: 'public', relation: 'dropped' });
  expect(shown().slice(0, 3)).toEqual(['Favourites', 'Recent', 'analytics']);
  model.toggle(model.rows[0]!.id);
  model.toggle('shelf Recent');
  expect(shown().slice(0, 5)).toEqual(['Favourites', '  orders', 'Recent', '  users', 'analytics']);
  expect(new Set(model.rows.map(({ id }) => id)).size).toBe(model.rows.length);
  model.shelves.toggleFavourite(orders);
  expect(shown()[0]).toBe('Recent');
});

test('the star opens all rows beside the selected one', () => {
  model.select(schemaId('analytics'));
  model.toggle(schemaId('public'), false);
  model.openSiblings();
  expect(model.rows.filter(({ level }) => level === 1).map(({ expanded }) => expanded)).toEqual([true, true]);
});

test('what a search opened is closed after it, what a person opened stays', () => {
  model.search = 'revenue';
  model.search = '';
  expect(shown()).toEqual(['analytics', 'public', '  Größe & "Maß"', '  orders', '  users']);
});

test('a search that meets nothing shows nothing', () => {
  model.search = 'zebra';
  expect(shown()).toEqual([]);
  expect(model.selected).toBeNull();
});

test('arrows to the right open and enter, to the left close and leave', () => {
  model.select(ORDERS);
  model.openOrEnter();
  expect(model.selected).toMatchObject({ expanded: true });
  model.openOrEnter();
  expect(model.selected).toMatchObject({ kind: 'column', column: { name: 'id' } });
  model.closeOrLeave();
  expect(model.selected?.id).toBe(ORDERS);
  model.closeOrLeave();
  expect(model.selected).toMatchObject({ expanded: false });
  model.closeOrLeave();
  expect(model.selected).toMatchObject({ kind: 'schema', name: 'public' });
});

test('letters go to the next name that begins with them, round the end', () => {
  model.selectByLetters('u');
  expect(model.selected).toMatchObject({ relation: { name: 'users' } });
  model.selectByLetters('p');
  expect(model.selected).toMatchObject({ name: 'public' });
  model.selectByLetters('ord');
  expect(model.selected?.id).toBe(ORDERS);
});

test('a refresh keeps selection and open tables, and reads their columns again', () => {
  model.toggle(ORDERS);
  model.select(ORDERS);
  const grown = catalog(['aaa', []], ['public', [relation('accounts'), relation('orders')]]);
  source.set(ready(grown));
  expect(model.selected?.id).toBe(ORDERS);
  expect(shown()).toEqual(['aaa', 'public', '  accounts', '  orders', '    id', '    user_id', '    total']);
  expect(source.asked).toEqual(['orders', 'orders']);
});

test('when the selected table is gone the row in its place is selected', () => {
  model.select(ORDERS);
  source.set(ready(catalog(['public', [relation('users')]])));
  expect(model.selected).toMatchObject({ relation: { name: 'users' } });
});

test('a failed refresh leaves the tree as it was', () => {
  const error = { ...NOTHING, code: 'host-unreachable', message: 'Gone.' } as const;
  source.set({ kind: 'failed', error, previous: SHOP });
  expect(shown()).toHaveLength(5);
});

test('a foreign key leads to its column, through a search and a closed schema', async () => {
  model.search = 'orders';
  model.toggle(schemaId('public'), false);
  await model.reveal({ schema: 'public', relation: 'users', column: 'id' });
  expect(model.search).toBe('');
  expect(model.selected).toMatchObject({ kind: 'column', of: { relation: 'users' }, column: { name: 'id' } });
});

test('a foreign key into a schema that is not visible leads nowhere', async () => {
  model.select(ORDERS);
  model.search = 'orders';
  expect(await model.reveal({ schema: 'hidden', relation: 'users', column: 'id' })).toBe(false);
  expect(model.selected?.id).toBe(ORDERS);
  expect(model.search).toBe('orders');
});

test('revealing a partition opens the table above it', async () => {
  await model.reveal({ schema: 'analytics', relation: 'page_views_2026_01' });
  expect(model.selected).toMatchObject({ kind: 'relation', level: 4 });
});

test('thirty thousand tables are searched in slices, between which a person types on', async () => {
  const many = Array.from(
    { length: 300 },
    (_, schema) =>
      [`s${schema}`, Array.from({ length: 100 }, (_, table) => relation(`t${schema}_${table}`))] as const
  );
  model = new BrowserModel(new CatalogSource(ready(catalog(...many))));
  const before = shown();
  // The clock runs so fast that each slice is over at its first pause.
  let now = 0;
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => (now += 1_000));
  try {
    model.search = 't299_9';
    expect(shown()).toEqual(before);
    expect(model.words).toEqual([]);
    await new Promise(resolve => setTimeout(resolve));
    model.search = 't299_99';
    let slices = 0;
    while (model.words[0] !== 't299_99') {
      slices += 1;
      await new Promise(resolve => setTimeout(resolve));
    }
    expect(slices).toBeGreaterThan(50);
    expect(shown()).toEqual(['t299_99']);
  } finally {
    clock.mockRestore();
  }
});

test('a search counts all it met and keeps the best two hundred, equals in the order of the catalog', () => {
  const names = Array.from({ length: 1_500 }, (_, n) => `order_${String(n).padStart(4, '0')}`);
  const named = catalog(['public', [...names, 'orders', 'an_order'].map(name => relation(name))]);
  const search = searching(indexCatalog(named), ['order'], []);
  let step = search.next();
  while (!step.done) step = search.next();
  expect(step.value.total).toBe(1_502);
  expect(step.value.found.map(({ indexed }) => indexed.relation.name)).toEqual([
    'orders',
    ...names.slice(0, 199)
  ]);
});

const NOTHING = { subject: null, action: null, detail: null, hint: null, position: null, sqlstate: null };
