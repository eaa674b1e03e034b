import { type Catalog } from '../../contract/catalog';
import { type ErrorBody } from '../../contract/errors';
import { quoteIdentifier, quoteQualified } from '../../sql/quote';
import { nearest } from './near-name';

/** What a cause is found from, beside the error itself. */
export interface ErrorSurroundings {
  readonly catalog: Catalog | null;
  /** The database user, once it is known. */
  readonly user: string | null;
  /** Columns of the relations that the statement names, as far as they were read. */
  readonly columns: readonly string[];
}

/** What a person can do at once. */
export type CauseAction =
  | { readonly kind: 'copy'; readonly label: string; readonly text: string }
  /** Writes a name in the place of the one that is marked. */
  | { readonly kind: 'replace'; readonly label: string; readonly text: string }
  | { readonly kind: 'run-again' | 'show-running' | 'fill-parameters' };

export interface KnownCause {
  /** In the place of the gateway's general advice. */
  readonly sentence: string;
  readonly action: CauseAction | null;
}

type Explain = (error: ErrorBody, around: ErrorSurroundings) => KnownCause | null;

/** THE TABLE: SQLSTATE to one sentence and one action. */
const CAUSES: Readonly<Record<string, Explain>> = {
  '42501': missingGrant,
  '42P01': unknownRelation,
  '42703': unknownColumn,
  '42883': () =>
    said(
      'No function or operator takes these types. Cast one side, such as ::text or ::numeric, or see the hint.'
    ),
  '42702': () =>
    said('Two relations of the statement have this column. Write it with its alias, such as o.id.'),
  '42803': () => said('Each column of the list stands in GROUP BY or within an aggregate, such as max(…).'),
  '42P10': () => said('A name of the list is not visible there. Repeat its expression, or use its number.'),
  '42804': () => said('Two values that must have one type have two. Cast one of them.'),
  '42601': () =>
    said('PostgreSQL does not understand the statement from the marked place on. Look just before it.'),
  '42P18': parameterType,
  '42P08': parameterType,
  '22P02': () => ({
    sentence: 'A text does not read as the type that is wanted there: one in the statement, or a parameter.',
    action: { kind: 'fill-parameters' }
  }),
  '22007': () => said('This is no date or time that PostgreSQL reads. Write it as 2026-01-31 12:00:00+00.'),
  '22008': () => said('There is no such date or time. Look at day, month and their order.'),
  '22012': () => said('Divide by NULLIF(value, 0): that gives NULL where the value is 0.'),
  '22003': () =>
    said('A number is larger than its type. Cast to a larger one before you calculate, such as ::numeric.'),
  '21000': () => said('A subquery that stands for one value gave several rows. Add LIMIT 1, or use IN.'),
  '25006': () =>
    said('This is a replica, and its transactions only read. Write on the primary, with your own tools.'),
  '57014': () =>
    said('It took longer than a statement may. Read fewer rows or less time, and see its plan (Explain).'),
  '40001': conflict,
  '40P01': conflict,
  '72000': conflict,
  '53300': tooMany,
  '53400': tooMany,
  '53200': () => said('The server has no memory left for it. Aggregate or join fewer rows at once.'),
  '53100': () =>
    said("The server's disk is full, as a rule of a large sort. Read fewer rows, and tell who runs it."),
  '54023': () => said('A function of PostgreSQL takes at most 100 arguments. Split the call in two.'),
  '55P03': () => ({
    sentence:
      'Another process holds a lock on it, often the replay of a schema change. It passes in a moment.',
    action: { kind: 'run-again' }
  })
};

/** Why a statement failed, for causes that are known; null for others, and for a Stop. */
export function knownCause(error: ErrorBody, around: ErrorSurroundings): KnownCause | null {
  if (error.code === 'cancelled' || error.sqlstate === null) {
    return null;
  }
  if (error.code === 'replica-conflict') {
    return conflict();
  }
  return CAUSES[error.sqlstate]?.(error, around) ?? null;
}

/** "permission denied for table payments", in English as the server writes its messages by default. */
function missingGrant({ message }: ErrorBody, { user, catalog }: ErrorSurroundings): KnownCause | null {
  const [, kind = '', name = ''] = /^permission denied for (\w[\w ]*?) (\S.*)$/.exec(message) ?? [];
  const role = quoteIdentifier(user ?? 'your_role');
  const grant = grantFor(kind, name, role, catalog);
  return grant
    ? {
        sentence: `The role ${user ?? 'of this connection'} may not read ${kind} ${name}. Ask its owner for: ${grant}`,
        action: { kind: 'copy', label: 'Copy GRANT', text: `${grant};` }
      }
    : null;
}

function grantFor(kind: string, name: string, role: string, catalog: Catalog | null): string | null {
  const owner =
    catalog?.schemas.filter(schema => schema.relations.some(relation => relation.name === name)) ?? [];
  const [only, ...others] = owner;
  const full = only && others.length === 0 ? quoteQualified(only.name, name) : quoteIdentifier(name);
  switch (kind) {
    case 'table':
    case 'view':
    case 'materialized view':
    case 'foreign table':
      return `GRANT SELECT ON ${full} TO ${role}`;
    case 'schema':
      return `GRANT USAGE ON SCHEMA ${quoteIdentifier(name)} TO ${role}`;
    case 'function':
      return `GRANT EXECUTE ON FUNCTION ${quoteIdentifier(name)} TO ${role}`;
    case 'sequence':
      return `GRANT SELECT ON SEQUENCE ${full} TO ${role}`;
    default:
      return null;
  }
}

/** `relation "x" does not exist`, `relation "s.x" does not exist` */
function unknownRelation({ message }: ErrorBody, { catalog }: ErrorSurroundings): KnownCause | null {
  const [, asked = ''] = /^[^"]*"(.+)"/.exec(message) ?? [];
  const name = asked.split('.').at(-1) ?? '';
  const known = (catalog?.schemas ?? []).flatMap(schema =>
    schema.relations.map(relation => ({ schema: schema.name, name: relation.name }))
  );
  const same = known.find(relation => relation.name === name);
  const near = same ?? nearest(name, known, relation => relation.name);
  if (!near) {
    return said('No table or view of that name is known here. Refresh the sidebar if it is new.');
  }
  const text = near.schema === 'public' ? quoteIdentifier(near.name) : quoteQualified(near.schema, near.name);
  return {
    sentence: same ? `It is in another schema: ${text}.` : `Perhaps you mean ${text}.`,
    action: { kind: 'replace', label: `Write ${text}`, text }
  };
}

/** `column "x" does not exist`, `column o.x does not exist` */
function unknownColumn({ message }: ErrorBody, { columns }: ErrorSurroundings): KnownCause | null {
  const [, quoted, bare] = /^[^"]*?column (?:"(.+?)"|(\S+))/.exec(message) ?? [];
  const asked = quoted ?? bare ?? '';
  const [qualifier, name] = quoted ? [null, quoted] : splitLast(asked);
  const near = nearest(name, columns, column => column);
  if (near === null) {
    return null;
  }
  const text = `${qualifier ? `${quoteIdentifier(qualifier)}.` : ''}${quoteIdentifier(near)}`;
  return { sentence: `Perhaps you mean ${text}.`, action: { kind: 'replace', label: `Write ${text}`, text } };
}

function splitLast(name: string): readonly [string | null, string] {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? [null, name] : [name.slice(0, dot), name.slice(dot + 1)];
}

function parameterType(): KnownCause {
  return said('Nothing says what type the parameter has there. Write it, such as :name::int or :name::text.');
}

function conflict(): KnownCause {
  return {
    sentence:
      'The replica had to replay changes to rows that the statement was reading. Run again, it often passes; a shorter statement is cut off less often.',
    action: { kind: 'run-again' }
  };
}

function tooMany(): KnownCause {
  return {
    sentence: 'The server has no connection left for this role. Stop one of your own queries, or wait.',
    action: { kind: 'show-running' }
  };
}

const said = (sentence: string): KnownCause => ({ sentence, action: null });
