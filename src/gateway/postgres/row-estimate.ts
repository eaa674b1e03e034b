import type { Parameter } from '../../contract/query';
import type { Session } from './session';

/** The planner's estimate of a statement's rows, or null when it has none to give. */
export async function estimateRows(
  session: Session,
  sql: string,
  parameters: readonly Parameter[]
): Promise<number | null> {
  try {
    const [row] = await session.rows(`EXPLAIN (FORMAT JSON) ${sql}`, parameters);
    const plans: unknown = JSON.parse(row?.[0] ?? 'null');
    return planRows(plans);
  } catch {
    return null;
  }
}

function planRows(plans: unknown): number | null {
  const [first]: unknown[] = Array.isArray(plans) ? plans : [];
  const plan = property(first, 'Plan');
  const rows = property(plan, 'Plan Rows');
  return typeof rows === 'number' ? Math.round(rows) : null;
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
