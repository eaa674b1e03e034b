import { type PlanNode } from '../../contract/plan';

/** One step where it is drawn. Units are boxes: column 0 holds the last step, whose rows are the result. */
export interface PlacedNode {
  readonly node: PlanNode;
  readonly column: number;
  /** The middle of the box, in rows of boxes. */
  readonly row: number;
  /** Of the time that all steps took by themselves, or of their cost; from 0 to 1. */
  readonly share: number;
  /** How many times more rows than estimated came (above 1), or fewer (below 1); 1 when it is not known or close. */
  readonly misjudged: number;
  /** The index of the step that takes its rows; null for the last one. */
  readonly parent: number | null;
}

export interface PlanLayout {
  /** The last step first, each before those below it. */
  readonly nodes: readonly PlacedNode[];
  readonly columns: number;
  readonly rows: number;
  /** The index of the step with the largest share. */
  readonly hottest: number;
  /** Whether shares are of time, which only EXPLAIN ANALYZE knows. */
  readonly timed: boolean;
}

/** An estimate that is off by this factor is worth a word. */
const MISJUDGED = 10;

/** A plan as a tree from left to right, leaves below each other and each step in the middle of those below it. */
export function planLayout(root: PlanNode): PlanLayout {
  const timed = (root.actual?.totalMs ?? null) !== null;
  const whole = walk(root).reduce((sum, node) => sum + own(node, timed), 0);
  const nodes: PlacedNode[] = [];
  let leaves = 0;
  const place = (node: PlanNode, column: number, parent: number | null): number => {
    const index = nodes.length;
    const draft = {
      node,
      column,
      row: 0,
      share: whole > 0 ? own(node, timed) / whole : 0,
      misjudged: misjudged(node),
      parent
    };
    nodes.push(draft);
    const rows = node.children.map(child => place(child, column + 1, index));
    const row = rows.length > 0 ? (rows[0]! + rows.at(-1)!) / 2 : leaves++;
    nodes[index] = { ...draft, row };
    return row;
  };
  place(root, 0, null);
  const hottest = nodes.reduce((best, { share }, index) => (share > nodes[best]!.share ? index : best), 0);
  return { nodes, columns: Math.max(...nodes.map(({ column }) => column)) + 1, rows: leaves, hottest, timed };
}

/** Rows that a step gives in all its loops, really or as estimated. */
export function rowsOf({ actual, rows }: PlanNode): number {
  return actual ? actual.rows : rows;
}

/** What a step takes by itself. Below a Limit an estimate can be of more than is read; that counts for nothing. */
function own(node: PlanNode, timed: boolean): number {
  const total = (one: PlanNode) => (timed ? (one.actual?.totalMs ?? 0) : one.totalCost);
  return Math.max(0, total(node) - node.children.reduce((sum, child) => sum + total(child), 0));
}

function misjudged({ actual, rows }: PlanNode): number {
  if (!actual || actual.loops === 0) {
    return 1;
  }
  const factor = Math.max(1, actual.rows) / Math.max(1, rows * actual.loops);
  return factor >= MISJUDGED || factor <= 1 / MISJUDGED ? factor : 1;
}

function walk(node: PlanNode): PlanNode[] {
  return [node, ...node.children.flatMap(walk)];
}
