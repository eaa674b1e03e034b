import { count, list, nullable, number, optional, record, text, type Parsed, type Parser } from './parse';
import { parseParameters } from './query';

/** What a node really did, over all its loops. Only EXPLAIN ANALYZE knows. */
const parseActual = record({
  rows: number,
  loops: number,
  /** Of all loops, with what lies below; null where timing was off. */
  totalMs: nullable(number)
});

/** One step of a plan. `rows`, `widthBytes` and the costs are the planner's estimates of one loop. */
export interface PlanNode {
  /** PostgreSQL's own words, such as `Index Scan using orders_pkey on public.orders o`. */
  readonly title: string;
  /** Such as `Seq Scan`. */
  readonly type: string;
  readonly relation: { readonly schema: string | null; readonly name: string } | null;
  /** What the node does with its rows, such as `Filter`, in PostgreSQL's order. */
  readonly details: readonly { readonly name: string; readonly value: string }[];
  readonly startupCost: number;
  readonly totalCost: number;
  readonly rows: number;
  readonly widthBytes: number;
  readonly actual: Parsed<typeof parseActual> | null;
  readonly children: readonly PlanNode[];
}

const parsePlanNode: Parser<PlanNode> = (value, path) =>
  record({
    title: text,
    type: text,
    relation: nullable(record({ schema: nullable(text), name: text })),
    details: list(record({ name: text, value: text })),
    startupCost: number,
    totalCost: number,
    rows: number,
    widthBytes: number,
    actual: nullable(parseActual),
    children: list(parsePlanNode)
  })(value, path);

const parsePlan = record({
  root: parsePlanNode,
  planningMs: nullable(number),
  executionMs: nullable(number)
});
export type Plan = Parsed<typeof parsePlan>;

/** What would the server do with a statement? `params` null asks only for what the statement wants. */
export const parsePlanRequest = record({
  sql: text,
  params: optional(nullable(parseParameters), null)
});
export type PlanRequest = Parsed<typeof parsePlanRequest>;

export const parsePlanReply = record({
  /** The types of $1, $2 …, as the server infers them. */
  parameters: list(text),
  /** Null where no values were given, and for a statement that EXPLAIN does not take. */
  plan: nullable(parsePlan),
  /** PostgreSQL's own JSON of the plan, as text. */
  source: nullable(text),
  /** Sizes of the tables that the plan reads, as ANALYZE last saw them. */
  relations: list(record({ schema: text, name: text, sizeBytes: count }))
});
export type PlanReply = Parsed<typeof parsePlanReply>;
