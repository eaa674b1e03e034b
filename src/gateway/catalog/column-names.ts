import { list, text } from '../../contract/parse';
import type { Session } from '../postgres/session';

/** A row a relation, because half a million rows of one name each cost the server and us three times as much. */
const NAMES = `
  SELECT n.nspname, c.relname, c.oid, json_agg(a.attname), json_agg(a.attnum)
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
    AND n.nspname !~ '^pg_(toast|temp)' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND has_schema_privilege(n.oid, 'USAGE')
  GROUP BY n.nspname, c.relname, c.oid`;

const COMMENTS = `
  SELECT d.objoid, d.objsubid, d.description FROM pg_catalog.pg_description d
  WHERE d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid > 0 AND d.objoid >= 16384`;

/** Column names of all relations: each name once, and the relations that have it. */
export interface ColumnNames {
  readonly names: readonly string[];
  readonly relations: readonly { readonly schema: string; readonly relation: string }[];
  /** For each name where its part of `holders` begins; one more at the end. */
  readonly starts: Uint32Array;
  /** Positions in `relations`. */
  readonly holders: Uint32Array;
  readonly comments: readonly CommentedColumn[];
}

interface CommentedColumn {
  readonly comment: string;
  /** Position in `relations`. */
  readonly holder: number;
  readonly name: string;
}

/** Reads all of it from two catalog queries. Partitions are left out: their columns are those of their table. */
export async function readColumnNames(session: Session): Promise<ColumnNames> {
  const rows = await session.rows(NAMES);
  const comments = new Map<string, string>();
  for (const [relation, column, comment] of await session.rows(COMMENTS)) {
    comments.set(`${relation} ${column}`, comment ?? '');
  }
  return collect(rows, comments);
}

function collect(
  rows: readonly (readonly (string | null)[])[],
  comments: ReadonlyMap<string, string>
): ColumnNames {
  const ids = new Map<string, number>();
  const holdersOf: number[][] = [];
  const commented: CommentedColumn[] = [];
  const relations = rows.map(([schema, relation, oid, json, numbers], holder) => {
    const columns = list(text)(JSON.parse(json ?? '[]'));
    const hasComment = comments.size > 0 ? JSON.parse(numbers ?? '[]') : [];
    columns.forEach((name, index) => {
      const id = ids.get(name) ?? ids.size;
      if (id === ids.size) {
        ids.set(name, id);
        holdersOf.push([]);
      }
      holdersOf[id]!.push(holder);
      const comment = comments.get(`${oid} ${hasComment[index]}`);
      if (comment) {
        commented.push({ comment, holder, name });
      }
    });
    return { schema: schema ?? '', relation: relation ?? '' };
  });
  const starts = new Uint32Array(holdersOf.length + 1);
  holdersOf.forEach((holders, id) => (starts[id + 1] = starts[id]! + holders.length));
  const holders = new Uint32Array(starts.at(-1) ?? 0);
  holdersOf.forEach((found, id) => holders.set(found, starts[id]!));
  return { names: [...ids.keys()], relations, starts, holders, comments: commented };
}
