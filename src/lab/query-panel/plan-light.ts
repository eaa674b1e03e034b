import { type PlanNode, type PlanReply } from '../../contract/plan';
import { exactCount, humanBytes, humanCount } from '../human-numbers';

/** From where on a plan is amber, and from where on it is red. */
export interface PlanLimits {
  readonly amberBytes: number;
  readonly redBytes: number;
  readonly amberRows: number;
  readonly redRows: number;
}

export const PLAN_LIMITS: PlanLimits = {
  amberBytes: 1e9,
  redBytes: 20e9,
  amberRows: 10e6,
  redRows: 1e9
};

/** What a statement is about to cost, in a line. */
export interface PlanLight {
  readonly level: 'green' | 'amber' | 'red';
  readonly text: string;
  /** The exact numbers. */
  readonly hint: string;
}

/** A table that is read from its start, and how much of it. */
interface Scan {
  readonly name: string;
  readonly bytes: number;
}

/**
 * The planner's expectation as a traffic light: bytes of tables read sequentially, and rows of the step with most of them.
 * A row limit, of the panel or the statement, ends a scan early unless a step between them needs all rows first.
 */
export function planLight(
  { plan, relations }: PlanReply,
  rowLimit: number | null,
  limits: PlanLimits
): PlanLight | null {
  if (!plan) {
    return null;
  }
  const { root } = plan;
  const share = rowLimit === null || root.rows <= rowLimit ? 1 : rowLimit / root.rows;
  const work = workOf(root, share, relations);
  const scans = merged(work.scans);
  const bytes = scans.reduce((sum, scan) => sum + scan.bytes, 0);
  const level =
    bytes >= limits.redBytes || work.rows >= limits.redRows
      ? 'red'
      : bytes >= limits.amberBytes || work.rows >= limits.amberRows
        ? 'amber'
        : 'green';
  const [largest, ...others] = scans;
  const rows = root.rows === 1 ? 'about 1 row' : `about ${humanCount(root.rows)} rows`;
  const size = `, about ${humanBytes(Math.round(root.rows * root.widthBytes))}`;
  const reads = largest
    ? ` · reads ${largest.name} (${humanBytes(Math.round(largest.bytes))}, sequential)${others.length > 0 ? ` and ${others.length} more` : ''}`
    : ' · by index';
  return {
    level,
    text: `${rows}${size}${relations.length > 0 ? reads : ''}`,
    hint: [
      `about ${exactCount(root.rows)} rows of ${exactCount(root.widthBytes)} bytes, as the planner estimates`,
      `at most ${exactCount(Math.round(work.rows))} rows in one step`,
      `cost ${exactCount(Math.round(root.totalCost))}`,
      ...scans.map(
        scan => `reads ${scan.name} from its start: about ${exactCount(Math.round(scan.bytes))} bytes`
      )
    ].join('\n')
  };
}

function workOf(
  node: PlanNode,
  share: number,
  relations: PlanReply['relations']
): { readonly rows: number; readonly scans: readonly Scan[] } {
  const below = node.children.map(child => workOf(child, shareOf(node, child, share), relations));
  const own = scanOf(node, share, relations);
  return {
    rows: Math.max(node.rows * share, ...below.map(({ rows }) => rows)),
    scans: [...(own ? [own] : []), ...below.flatMap(({ scans }) => scans)]
  };
}

/** How much of a child is read: all of it, when the node gives its first row only then. */
function shareOf(node: PlanNode, child: PlanNode, share: number): number {
  const needsAll = node.startupCost >= child.totalCost * 0.98;
  if (node.type === 'Limit') {
    const span = child.totalCost - child.startupCost;
    const part = span > 0 ? (node.totalCost - child.startupCost) / span : 1;
    return share * Math.min(1, Math.max(0, part));
  }
  return needsAll ? 1 : share;
}

function scanOf({ type, relation }: PlanNode, share: number, relations: PlanReply['relations']): Scan | null {
  const known = relations.find(({ schema, name }) => name === relation?.name && schema === relation.schema);
  return /^(Seq|Sample) Scan$/.test(type) && known
    ? {
        name: known.schema === 'public' ? known.name : `${known.schema}.${known.name}`,
        bytes: known.sizeBytes * share
      }
    : null;
}

/** The largest first; a table that is read twice counts twice. */
function merged(scans: readonly Scan[]): readonly Scan[] {
  const bytes = new Map<string, number>();
  scans.forEach(scan => bytes.set(scan.name, (bytes.get(scan.name) ?? 0) + scan.bytes));
  return [...bytes]
    .map(([name, size]) => ({ name, bytes: size }))
    .sort((one, other) => other.bytes - one.bytes);
}
