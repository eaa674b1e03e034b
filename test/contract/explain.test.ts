import { parseExplain } from '../../src/contract/explain';
import { ContractError } from '../../src/contract/parse';

const scan = {
  'Node Type': 'Index Scan',
  'Parallel Aware': true,
  'Index Name': 'orders_pkey',
  'Relation Name': 'orders',
  Schema: 'public',
  Alias: 'o',
  'Startup Cost': 0.4,
  'Total Cost': 12,
  'Plan Rows': 10,
  'Plan Width': 8,
  'Actual Rows': 2.5,
  'Actual Loops': 4,
  'Actual Total Time': 1.5,
  Filter: '(o.id > 7)',
  'Rows Removed by Filter': 0
};

it("reads a node in PostgreSQL's own words, with what all its loops did", () => {
  const { root, executionMs } = parseExplain([{ Plan: scan, 'Execution Time': 7.5 }]);
  expect(root.title).toBe('Parallel Index Scan using orders_pkey on public.orders o');
  expect(root.relation).toEqual({ schema: 'public', name: 'orders' });
  expect(root.actual).toEqual({ rows: 10, loops: 4, totalMs: 6 });
  expect(root.details).toEqual([{ name: 'Filter', value: '(o.id > 7)' }]);
  expect(executionMs).toBe(7.5);
});

it.each([
  [{ 'Node Type': 'Aggregate', Strategy: 'Hashed', 'Partial Mode': 'Partial' }, 'Partial HashAggregate'],
  [{ 'Node Type': 'Aggregate', Strategy: 'Sorted' }, 'GroupAggregate'],
  [{ 'Node Type': 'Aggregate', Strategy: 'Plain' }, 'Aggregate'],
  [{ 'Node Type': 'SetOp', Strategy: 'Hashed' }, 'HashSetOp'],
  [{ 'Node Type': 'Hash Join', 'Join Type': 'Left' }, 'Hash Left Join'],
  [{ 'Node Type': 'Nested Loop', 'Join Type': 'Inner' }, 'Nested Loop'],
  [{ 'Node Type': 'CTE Scan', 'CTE Name': 'recent', Alias: 'r' }, 'CTE Scan on recent r']
])('names %j as the text of EXPLAIN does', (node, title) => {
  expect(
    parseExplain([
      {
        Plan: {
          ...scan,
          'Node Type': 'Limit',
          'Index Name': null,
          'Relation Name': null,
          Schema: null,
          Alias: null,
          'Parallel Aware': false,
          Plans: [node]
        }
      }
    ]).root.children[0]!.title
  ).toBe(title);
});

it('refuses what is no plan, and says where', () => {
  expect(() => parseExplain([])).toThrow(ContractError);
  expect(() => parseExplain([{ Plan: { 'Node Type': 'Limit', Plans: [{}] } }])).toThrow(
    /Plans\[0\].*Node Type must be a string/
  );
});
