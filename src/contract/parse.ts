/**
 * Parsers for JSON that comes from outside. A parser returns the typed value or throws
 * `ContractError`, whose message names the path and what was expected there.
 */
export type Parser<T> = (value: unknown, path?: string) => T;

/** The type that a parser returns. */
export type Parsed<P> = P extends Parser<infer T> ? T : never;

export class ContractError extends Error {
  override readonly name = 'ContractError';
  constructor(
    readonly path: string,
    readonly expected: string
  ) {
    super(`${path || 'the value'} must be ${expected}`);
  }
}

export const text: Parser<string> = (value, path = '') =>
  typeof value === 'string' ? value : fail(path, 'a string');

export const flag: Parser<boolean> = (value, path = '') =>
  typeof value === 'boolean' ? value : fail(path, 'true or false');

export const number: Parser<number> = (value, path = '') =>
  typeof value === 'number' && Number.isFinite(value) ? value : fail(path, 'a number');

/** A whole number ≥ 0. */
export const count: Parser<number> = (value, path = '') =>
  Number.isSafeInteger(value) && (value as number) >= 0
    ? (value as number)
    : fail(path, 'a whole number ≥ 0');

export function oneOf<const T extends readonly string[]>(...values: T): Parser<T[number]> {
  return (value, path = '') =>
    values.find(known => known === value) ?? fail(path, `one of ${values.join(', ')}`);
}

export function nullable<T>(parser: Parser<T>): Parser<T | null> {
  return (value, path) => (value === null ? null : parser(value, path));
}

/** A field that may be absent; absent reads as `fallback`. */
export function optional<T>(parser: Parser<T>, fallback: T): Parser<T> {
  return (value, path) => (value === undefined ? fallback : parser(value, path));
}

export function list<T>(parser: Parser<T>): Parser<readonly T[]> {
  return (value, path = '') =>
    Array.isArray(value)
      ? value.map((item, index) => parser(item, `${path}[${index}]`))
      : fail(path, 'a list');
}

/** An object with the given fields; fields it does not know are dropped. */
export function record<F extends Record<string, Parser<unknown>>>(
  fields: F
): Parser<{ readonly [K in keyof F]: Parsed<F[K]> }> {
  return (value, path = '') => {
    const source = isObject(value) ? value : fail(path, 'an object');
    const entries = Object.entries(fields).map(([key, parser]) => [
      key,
      parser(source[key], path ? `${path}.${key}` : key)
    ]);
    // Object.fromEntries loses the key types that `fields` has.
    return Object.fromEntries(entries) as { readonly [K in keyof F]: Parsed<F[K]> };
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fail(path: string, expected: string): never {
  throw new ContractError(path, expected);
}
