import type { Schema } from 'apache-arrow';
import { GatewayError } from '../gateway-error';

/** A whole number ≥ 0 of a request's query. */
export function whole(query: URLSearchParams, name: string, fallback: number): number {
  const value = query.get(name);
  const parsed = value === null ? fallback : Number(value);
  if (!Number.isSafeInteger(parsed) || parsed < 0) {
    throw new GatewayError('bad-request', `${name} must be a whole number ≥ 0.`);
  }
  return parsed;
}

/** The columns that `columns=0-3,7` names, in that order; all of the result without it. */
export function columnsOf(query: URLSearchParams, { fields }: Schema): readonly number[] {
  const parts = query.get('columns')?.split(',') ?? [`0-${fields.length - 1}`];
  return parts.flatMap(part => {
    const [, first = '', last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (first === '' || Number(last) < Number(first) || Number(last) >= fields.length) {
      throw new GatewayError('bad-request', `columns names no columns of the result: ${part}.`);
    }
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, at) => Number(first) + at);
  });
}
