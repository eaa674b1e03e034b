import { commentMatches, matchAll, matchName, searchWords } from '../../src/contract/name-match';

const score = (name: string, word: string) => matchName(name, word)?.score ?? Number.NEGATIVE_INFINITY;
const marked = (name: string, ...words: string[]) =>
  matchAll(name, words)?.ranges.map(([start, end]) => name.slice(start, end));

it('ranks the whole name, its beginning, the start of a part, the inside, and scattered letters', () => {
  const names = ['status', 'status_code', 'order_status', 'thestatuses', 's_t_a_t_u_s'];
  const scores = names.map(name => score(name, 'status'));
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  expect(new Set(scores).size).toBe(names.length);
});

it('prefers the shorter of two names', () => {
  expect(score('orders', 'ord')).toBeGreaterThan(score('orders_archive', 'ord'));
});

it('finds scattered letters only in order, from the start of a part, and near each other', () => {
  expect(marked('user_account', 'usracc')).toEqual(['us', 'r', 'acc']);
  expect(matchName('user_account', 'accusr')).toBeNull();
  expect(matchName('user_account', 'sracc')).toBeNull();
  expect(matchName('a_very_long_name_of_something_else', 'ase')).toBeNull();
  expect(matchName('user_account', 'ut')).toBeNull();
});

it('marks the part that a person means', () => {
  expect(matchName('catalog_log', 'log')?.ranges).toEqual([[8, 11]]);
  expect(marked('created_at', 'at', 'created')).toEqual(['created', 'at']);
});

it('asks all words of a name, in any order and any case', () => {
  expect(matchAll('Order Status', searchWords('  STATUS order '))).not.toBeNull();
  expect(matchAll('order', ['order', 'status'])).toBeNull();
});

it('marks nothing where lower case has another length', () => {
  expect(matchName('İstanbul', 'stan')).toMatchObject({ ranges: [] });
});

it('finds names of other scripts', () => {
  expect(marked('שלום_עולם', 'עולם')).toEqual(['עולם']);
});

it('asks a comment for the words as they are', () => {
  expect(commentMatches('Sum of Orders a day', ['orders', 'day'])).toBe(true);
  expect(commentMatches('Sum of Orders a day', ['ordrs'])).toBe(false);
  expect(commentMatches(null, ['x'])).toBe(false);
});
