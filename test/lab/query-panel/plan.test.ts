import { type PlanNode, type PlanReply } from '../../../src/contract/plan';
import { PLAN_LIMITS, planLight } from '../../../src/lab/query-panel/plan-light';
import { planLayout } from '../../../src/lab/query-panel/plan-layout';
import { neighbour, PlanPicture } from '../../../src/lab/query-panel/plan-picture';
import { planSentence, planText } from '../../../src/lab/query-panel/plan-words';

function node(type: string, change: Partial<PlanNode> = {}): PlanNode {
  const costs = { startupCost: 0, totalCost: 100, rows: 1_000, widthBytes: 50 };
  return { title: type, type, relation: null, details: [], ...costs, actual: null, children: [], ...change };
}

const orders = { schema: 'public', name: 'orders' };
const scan = (change: Partial<PlanNode> = {}) =>
  node('Seq Scan', { title: 'Seq Scan on public.orders', relation: orders, ...change });
const reply = (root: PlanNode, sizeBytes: number): PlanReply => ({
  parameters: [],
  plan: { root, planningMs: null, executionMs: null },
  source: '[]',
  relations: [{ ...orders, sizeBytes }]
});
const level = (root: PlanNode, sizeBytes: number, rowLimit: number | null = null) =>
  planLight(reply(root, sizeBytes), rowLimit, PLAN_LIMITS)!.level;

it('is green for a small table, amber for a large one, red for a huge one', () => {
  expect(level(scan(), 40e6)).toBe('green');
  expect(level(scan(), 1.1e9)).toBe('amber');
  expect(level(scan(), 1.1e12)).toBe('red');
});

it('tells rows, bytes and the table that is read, each as an estimate', () => {
  const light = planLight(reply(scan({ rows: 4_213_880 }), 1.1e9), null, PLAN_LIMITS)!;
  expect(light.text).toBe('about 4.2M rows, about 211 MB · reads orders (1.1 GB, sequential)');
  expect(light.hint).toContain('about 4,213,880 rows of 50 bytes');
  expect(
    planLight(reply(node('Index Scan', { relation: orders, rows: 1 }), 1e12), null, PLAN_LIMITS)!.text
  ).toBe('about 1 row, about 50 B · by index');
});

it('knows that a row limit ends a scan early, unless a step in between needs all rows first', () => {
  const huge = scan({ rows: 1e9, totalCost: 1e8 });
  expect(level(huge, 1e12, 10_000)).toBe('green');
  const sort = node('Sort', { rows: 1e9, startupCost: 1e8, totalCost: 1.1e8, children: [huge] });
  expect(level(sort, 1e12, 10_000)).toBe('red');
  const limit = node('Limit', { rows: 10, totalCost: 1, children: [scan({ rows: 1e6, totalCost: 1e6 })] });
  expect(level(limit, 1e12)).toBe('green');
  const top = node('Limit', {
    rows: 10,
    startupCost: 1e6,
    totalCost: 1e6,
    children: [
      node('Sort', {
        startupCost: 1e6,
        totalCost: 1.0001e6,
        rows: 1e6,
        children: [scan({ rows: 1e6, totalCost: 0.9e6 })]
      })
    ]
  });
  expect(level(top, 1e12)).toBe('red');
});

it('is red for a step with too many rows, although little is read', () => {
  const loop = node('Nested Loop', { rows: 2e9, totalCost: 1e9, children: [scan(), scan()] });
  expect(level(loop, 1e6)).toBe('red');
});

it('has no light for a statement that has no plan', () => {
  expect(
    planLight({ parameters: [], plan: null, source: null, relations: [] }, null, PLAN_LIMITS)
  ).toBeNull();
});

const ran = (rows: number, totalMs: number, loops = 1) => ({ rows, totalMs, loops });
const analyzed = node('Aggregate', {
  rows: 1,
  actual: ran(1, 100),
  children: [
    node('Hash Join', {
      actual: ran(900, 95),
      children: [
        scan({
          rows: 10,
          details: [{ name: 'Filter', value: "(orders.status = 'paid'::order_status)" }],
          actual: ran(120_000, 82)
        }),
        node('Hash', {
          actual: ran(5, 3),
          children: [node('Index Scan', { actual: { rows: 0, totalMs: 0, loops: 0 } })]
        })
      ]
    })
  ]
});

it('places steps from left to right, each in the middle of those below it', () => {
  const { nodes, columns, rows } = planLayout(analyzed);
  expect(nodes.map(({ node: { type }, column, row, parent }) => [type, column, row, parent])).toEqual([
    ['Aggregate', 0, 0.5, null],
    ['Hash Join', 1, 0.5, 0],
    ['Seq Scan', 2, 0, 1],
    ['Hash', 2, 1, 1],
    ['Index Scan', 3, 1, 3]
  ]);
  expect([columns, rows]).toEqual([4, 2]);
});

it('gives each step its own time, and the hot one is the largest', () => {
  const { nodes, hottest, timed } = planLayout(analyzed);
  expect(timed).toBe(true);
  expect(nodes.map(({ share }) => Math.round(100 * share))).toEqual([5, 10, 82, 3, 0]);
  expect(nodes[hottest]!.node.type).toBe('Seq Scan');
});

it('takes cost where there is no time, and none below a Limit', () => {
  const { nodes, timed } = planLayout(node('Limit', { totalCost: 5, children: [scan({ totalCost: 100 })] }));
  expect(timed).toBe(false);
  expect(nodes.map(({ share }) => share)).toEqual([0, 1]);
});

it('marks estimates that are off by ten times or more, over all loops', () => {
  const { nodes } = planLayout(analyzed);
  expect(nodes.map(({ misjudged }) => misjudged)).toEqual([1, 1, 12_000, 0.005, 1]);
  expect(planLayout(node('x', { rows: 100, actual: ran(9_000, 1, 100) })).nodes[0]!.misjudged).toBe(1);
});

it('says where the time goes, and what no index was used for', () => {
  expect(planSentence(planLayout(analyzed))).toBe(
    '82 % of the time in Seq Scan on public.orders; no index used for status. Seq Scan on public.orders gave 12k × more rows than estimated.'
  );
  expect(planSentence(planLayout(scan()))).toBe('100 % of the estimated cost in Seq Scan on public.orders.');
});

it('is copied as the text of EXPLAIN', () => {
  const text = planText({ root: analyzed, planningMs: 0.5, executionMs: 101 });
  expect(text.split('\n').slice(0, 4)).toEqual([
    'Aggregate  (cost=0.00..100.00 rows=1 width=50) (actual time=100.000 rows=1 loops=1, of all loops)',
    '  ->  Hash Join  (cost=0.00..100.00 rows=1000 width=50) (actual time=95.000 rows=900 loops=1, of all loops)',
    '        ->  Seq Scan on public.orders  (cost=0.00..100.00 rows=10 width=50) (actual time=82.000 rows=120000 loops=1, of all loops)',
    "              Filter: (orders.status = 'paid'::order_status)"
  ]);
  expect(text).toContain('(never executed)');
  expect(text).toContain('Execution Time: 101.000 ms');
});

it('is walked with the arrow keys, and each step tells what it is', () => {
  const layout = planLayout(analyzed);
  expect(neighbour(layout, 0, 'ArrowRight')).toBe(1);
  expect(neighbour(layout, 2, 'ArrowDown')).toBe(3);
  expect(neighbour(layout, 3, 'ArrowUp')).toBe(2);
  expect(neighbour(layout, 3, 'ArrowLeft')).toBe(1);
  expect(neighbour(layout, 4, 'ArrowRight')).toBeNull();
  const told: string[] = [];
  const picture = new PlanPicture(layout, ({ node: { type } }) => told.push(type));
  document.body.append(picture.node);
  picture.focus(2);
  const focused = document.activeElement!;
  expect(focused.getAttribute('aria-label')).toBe(
    'Seq Scan on public.orders, 82 % of the time, 120k rows, 12k × more than estimated'
  );
  focused.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
  expect(document.activeElement!.getAttribute('aria-label')).toContain('Hash, 3 % of the time');
  expect(told.at(-1)).toBe('Hash');
  expect(picture.node.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
  picture.node.remove();
});

it('draws wider edges for more rows', () => {
  const picture = new PlanPicture(planLayout(analyzed), () => undefined);
  const widths = [...picture.node.querySelectorAll('.jp-ReplicaPlan-edge')].map(edge =>
    Number(edge.getAttribute('stroke-width'))
  );
  expect(widths[1]).toBeGreaterThan(widths[0]!);
  expect(widths[0]).toBeGreaterThan(widths[2]!);
});
