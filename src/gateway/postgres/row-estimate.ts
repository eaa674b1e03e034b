import type { Parameter } from '../../contract/query';
import type { Session } from './session';

/** What the planner expects of a statement. */
export interface Estimate {
  readonly rows: number;
  /** Of one row. */
  readonly widthBytes: number;
}

/** The planner's estimate, or null when it has none to give; the transaction has then failed. */
export async function estimate(
  session: Session,
  sql: string,
  parameters: readonly Parameter[]
): Promise<Estimate | null> {
  try {
    const [row] = await session.rows(`EXPLAIN (FORMAT JSON) ${sql}`, parameters);
    const plans: unknown = JSON.parse(row?.[0] ?? 'null');
    return topPlan(plans);
  } catch {
    return null;
  }
}

function topPlan(plans: unknown): Estimate | null {
  const [first]: unknown[] = Array.isArray(plans) ? plans : [];
  const plan = property(first, 'Plan');
  const rows = property(plan, 'Plan Rows');
  const widthBytes = property(plan, 'Plan Width');
  return typeof rows === 'number' && typeof widthBytes === 'number'
    ? { rows: Math.round(rows), widthBytes }
    : null;
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
