import { type Table } from 'apache-arrow';
import { PAGE_ROWS, PageCache } from '../../../src/lab/result-grid/page-cache';
import { rowsOf } from './rows';

interface Read {
  readonly block: number;
  readonly offset: number;
  readonly signal: AbortSignal;
  readonly finish: (table: Table) => void;
  readonly fail: (error: unknown) => void;
}

let reads: Read[];
let arrivals: number;
let failures: unknown[];
let cache: PageCache;

beforeEach(() => {
  reads = [];
  arrivals = 0;
  failures = [];
  cache = new PageCache(
    (block, offset, _, signal) =>
      new Promise((finish, fail) => {
        reads.push({ block, offset, signal, finish, fail });
      }),
    () => (arrivals += 1),
    error => failures.push(error)
  );
});

const want = (firstPage: number, lastPage: number, rowCount: number) =>
  cache.want({ firstPage, lastPage, firstBlock: 0, lastBlock: 0 }, rowCount);
const settle = () => new Promise(resolve => setTimeout(resolve));
const finish = async (read: Read, count = PAGE_ROWS) => {
  read.finish(rowsOf(read.offset, count));
  await settle();
};

it('reads a page once', async () => {
  want(0, 1, 10_000);
  want(0, 1, 10_000);
  expect(reads.map(read => read.offset)).toEqual([0, PAGE_ROWS]);
  await finish(reads[0]!);
  expect(arrivals).toBe(1);
  want(0, 1, 10_000);
  expect(reads).toHaveLength(2);
  expect(cache.page(0, 0)?.numRows).toBe(PAGE_ROWS);
});

it('aborts reads of pages that are no longer wanted, and does not call that a failure', async () => {
  want(0, 0, 10_000);
  want(5, 5, 10_000);
  expect(reads[0]!.signal.aborted).toBe(true);
  reads[0]!.fail(reads[0]!.signal.reason);
  await settle();
  expect(failures).toEqual([]);
});

it('reads a page again that has grown, and shows what it had meanwhile', async () => {
  want(0, 0, 100);
  await finish(reads[0]!, 100);
  want(0, 0, 200);
  expect(reads).toHaveLength(2);
  expect(cache.page(0, 0)?.numRows).toBe(100);
  await finish(reads[1]!, 200);
  expect(cache.page(0, 0)?.numRows).toBe(200);
});

it('tells a failed read, also one that brings fewer rows than exist', async () => {
  want(0, 0, 100);
  await finish(reads[0]!, 99);
  want(0, 0, 100);
  reads[1]!.fail(new Error('no'));
  await settle();
  expect(failures).toHaveLength(2);
  expect(cache.page(0, 0)).toBeUndefined();
});

it('reads the blocks of columns that are on show, each by itself', async () => {
  cache.want({ firstPage: 0, lastPage: 0, firstBlock: 2, lastBlock: 3 }, 100);
  expect(reads.map(({ block }) => block)).toEqual([2, 3]);
  await finish(reads[1]!, 100);
  expect(cache.page(0, 2)).toBeUndefined();
  expect(cache.page(0, 3)?.numRows).toBe(100);
});

it('holds a bounded number of pages and gives up the least recently wanted', async () => {
  for (let number = 0; number < 80; number += 1) {
    want(number, number, 1_000_000);
    await finish(reads[number]!);
    want(0, 0, 1_000_000);
  }
  const held = Array.from({ length: 80 }, (_, number) => number).filter(number => cache.page(number, 0));
  expect(held.length).toBeLessThanOrEqual(60);
  expect(held).toContain(0);
  expect(held).toContain(79);
  expect(held).not.toContain(1);
});
