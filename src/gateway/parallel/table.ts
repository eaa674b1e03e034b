import type { ParallelRefusal } from '../../contract/query';
import type { Session } from '../postgres/session';
import type { ColumnDescription } from '../postgres/statement';

/** A table that can be read in ranges of pages. */
export interface ScannedTable {
  readonly blocks: number;
  readonly blockBytes: number;
}

/** The first version with Tid Range Scan; before it, each range would read the whole table. */
const TID_RANGE_SCAN = 140_000;

const KINDS: Readonly<Record<string, ParallelRefusal>> = {
  v: 'view',
  f: 'foreign-table',
  p: 'partitioned',
  S: 'statement'
};

/**
 * The one table that all `columns` come from, or why it cannot be read in ranges. What a statement's names stand for is told by
 * the server: an expression such as `current_date` has no table.
 */
export async function scannedTable(
  session: Pick<Session, 'rows'>,
  columns: readonly ColumnDescription[],
  minimumBytes: number
): Promise<ScannedTable | ParallelRefusal> {
  const oid = columns[0]?.tableOid ?? 0;
  if (oid === 0 || columns.some(({ tableOid }) => tableOid !== oid)) {
    return 'statement';
  }
  const [row] = await session.rows(TABLE, [oid]);
  const [kind = '', temporary, heap, secured, inherited, blocks, blockBytes, version, readable] = row ?? [];
  const size = Number(blocks) * Number(blockBytes);
  if (Number(version) < TID_RANGE_SCAN) return 'server-version';
  if (kind !== 'r' && kind !== 'm') return KINDS[kind ?? ''] ?? 'statement';
  if (temporary === 't') return 'temporary';
  if (heap !== 't') return 'access-method';
  if (secured === 't') return 'row-security';
  if (readable !== 't') return 'column-grants';
  if (inherited === 't') return 'inherited';
  return size < minimumBytes ? 'small' : { blocks: Number(blocks), blockBytes: Number(blockBytes) };
}

// Another connection does not see a temporary table. Row security forbids a condition on ctid to choose the pages, and
// a grant on single columns does not reach ctid.
const TABLE = `
  SELECT c.relkind, c.relpersistence = 't', am.amname = 'heap', pg_catalog.row_security_active(c.oid),
         EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid),
         CASE WHEN c.relkind IN ('r', 'm')
              THEN pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint END,
         pg_catalog.current_setting('block_size'), pg_catalog.current_setting('server_version_num'),
         pg_catalog.has_table_privilege(c.oid, 'SELECT')
  FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
  WHERE c.oid = $1`;
