import { type Table } from 'apache-arrow';
import { PAGE_ROWS, PageCache } from '../../../src/lab/result-grid/page-cache';
import { rowsOf } from './rows';

interface Read {
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
    (offset, _, signal) =>
      new Promise((finish, fail) => {
        reads.push({ offset, signal, finish, fail });
      }),
    () => (arrivals += 1),
    error => failures.push(error)
  );
});

const settle = () => new Promise(resolve => setTimeout(resolve));
const finish = async (read: Read, count = PAGE_ROWS) => {
  read.finish(rowsOf(read.offset, count));
  await settle();
};

it('reads a page once', async () => {
  cache.want(0, 1, 10_000);
  cache.want(0, 1, 10_000);
  expect(reads.map(read => read.offset)).toEqual([0, PAGE_ROWS]);
  await finish(reads[0]!);
  expect(arrivals).toBe(1);
  cache.want(0, 1, 10_000);
  expect(reads).toHaveLength(2);
  expect(cache.page(0)?.numRows).toBe(PAGE_ROWS);
});

it('aborts reads of pages that are no longer wanted, and does not call that a failure', async () => {
  cache.want(0, 0, 10_000);
  cache.want(5, 5, 10_000);
  expect(reads[0]!.signal.aborted).toBe(true);
  reads[0]!.fail(reads[0]!.signal.reason);
  await settle();
  expect(failures).toEqual([]);
});

it('reads a page again that has grown, and shows what it had meanwhile', async () => {
  cache.want(0, 0, 100);
  await finish(reads[0]!, 100);
  cache.want(0, 0, 200);
  expect(reads).toHaveLength(2);
  expect(cache.page(0)?.numRows).toBe(100);
  await finish(reads[1]!, 200);
  expect(cache.page(0)?.numRows).toBe(200);
});

it('tells a failed read, also one that brings no row where some exist', async () => {
  cache.want(0, 0, 100);
  await finish(reads[0]!, 0);
  cache.want(0, 0, 100);
  reads[1]!.fail(new Error('no'));
  await settle();
  expect(failures).toHaveLength(2);
  expect(cache.page(0)).toBeUndefined();
});

it('reads on in a page of values so large that it comes in parts, up to the last row on show', async () => {
  cache.want(0, 0, 10_000, 30);
  await finish(reads[0]!, 20);
  expect(cache.page(0)?.numRows).toBe(20);
  cache.want(0, 0, 10_000, 30);
  expect(reads[1]!.offset).toBe(20);
  await finish(reads[1]!, 20);
  expect(cache.page(0)?.numRows).toBe(40);
  expect(cache.page(0)?.getChildAt(0)?.get(39)).toBe(rowsOf(0, 40).getChildAt(0)?.get(39));
  cache.want(0, 0, 10_000, 40);
  expect(reads).toHaveLength(2);
  expect(failures).toEqual([]);
});

it('holds a bounded number of pages and gives up the least recently wanted', async () => {
  for (let number = 0; number < 60; number += 1) {
    cache.want(number, number, 1_000_000);
    await finish(reads[number]!);
    cache.want(0, 0, 1_000_000);
  }
  const held = Array.from({ length: 60 }, (_, number) => number).filter(number => cache.page(number));
  expect(held.length).toBeLessThanOrEqual(40);
  expect(held).toContain(0);
  expect(held).toContain(59);
  expect(held).not.toContain(1);
});
