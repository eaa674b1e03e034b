import { Shelves } from '../../../src/lab/schema-browser/shelves';

const name = (relation: string) => ({ schema: 'public', relation });

/** JupyterLab's state database, in memory. */
class State {
  readonly kept = new Map<string, unknown>();
  async fetch(key: string): Promise<never> {
    return this.kept.get(key) as never;
  }
  async save(key: string, value: unknown): Promise<void> {
    this.kept.set(key, value);
  }
}

test('favourites and recent tables are there after a reload', async () => {
  const state = new State();
  const before = new Shelves(state);
  await before.use('dev');
  before.toggleFavourite(name('orders'));
  before.visit(name('users'));
  before.visit(name('orders'));
  before.visit(name('users'));
  const after = new Shelves(state);
  await after.use('dev');
  expect(after.favourites).toEqual([name('orders')]);
  expect(after.recent).toEqual([name('users'), name('orders')]);
});

test('each connection profile has its own', async () => {
  const shelves = new Shelves(new State());
  await shelves.use('dev');
  shelves.toggleFavourite(name('orders'));
  await shelves.use('prod');
  expect(shelves.favourites).toEqual([]);
  await shelves.use('dev');
  expect(shelves.isFavourite(name('orders'))).toBe(true);
});

test('only the newest of many recent tables are kept', () => {
  const shelves = new Shelves(null);
  for (let table = 0; table < 20; table++) {
    shelves.visit(name(`t${table}`));
  }
  expect(shelves.recent.map(({ relation }) => relation)).toEqual([
    't19',
    't18',
    't17',
    't16',
    't15',
    't14',
    't13',
    't12'
  ]);
});

test('what another version or another hand has kept is no reason to fail', async () => {
  const state = new State();
  state.kept.set('jupyterlab-replica:shelves:dev', { favourites: 'all of them' });
  const shelves = new Shelves(state);
  await shelves.use('dev');
  expect(shelves.favourites).toEqual([]);
});
