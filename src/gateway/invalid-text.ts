import type { QueryRequest } from '../contract/query';
import { quoteIdentifier } from '../sql/quote';
import { GatewayError } from './gateway-error';
import type { Cells } from './postgres/data-row';
import type { Session } from './postgres/session';

/** The server's encoding of a database that keeps any bytes as text, and the client's that takes them unseen. */
const ANY_BYTES = 'SQL_ASCII';
/** character_not_in_repertoire */
const NOT_IN_REPERTOIRE = '22021';

/** Types of the server whose values convert_to reads: text, character varying, character, name. */
const TEXTS: ReadonlySet<number> = new Set([25, 1043, 1042, 19]);

/** Whether a statement has failed for a text that is none in its encoding. */
export function isInvalidText(error: unknown): error is GatewayError {
  return error instanceof GatewayError && error.body.sqlstate === NOT_IN_REPERTOIRE;
}

/**
 * `error` with the column and row that it is about. The server does not say: it finds the bytes when it converts a finished
 * row. So the statement is run once more without a conversion, in the transaction that `begin` opens, as far as the first cell
 * that is not UTF-8. Gives `error` itself where the statement or the database is of another kind.
 */
export async function namingColumn(
  error: GatewayError,
  session: Session,
  { sql, params }: QueryRequest,
  begin: () => Promise<unknown>
): Promise<GatewayError> {
  try {
    await session.end();
    await begin();
    const [[encoding] = []] = await session.rows(
      `SELECT pg_catalog.current_setting('server_encoding'), pg_catalog.set_config('client_encoding', '${ANY_BYTES}', true)`
    );
    const columns = (encoding === ANY_BYTES && (await session.describe(sql)).columns) || [];
    const place = columns.length > 0 ? await firstInvalid(session, columns.length, params) : null;
    const column = place && columns[place.column];
    return column ? named(error, column, place.row) : error;
  } catch {
    return error;
  }
}

interface Place {
  readonly column: number;
  /** Counted from 0, in the order in which rows come. */
  readonly row: number;
}

async function firstInvalid(
  session: Session,
  columns: number,
  params: QueryRequest['params']
): Promise<Place | null> {
  const places: Place[] = [];
  let rows = 0;
  const look = (cells: Cells) => {
    const cell = invalidCell(cells);
    if (cell !== null) {
      places.push({ column: cell % columns, row: rows + Math.floor(cell / columns) });
      throw new Error('Found.');
    }
    rows += cells.rows;
  };
  try {
    const formats = Array.from({ length: columns }, () => 'text' as const);
    await session.execute(params, formats, look);
  } catch (error) {
    if (places.length === 0) {
      throw error;
    }
  }
  return places[0] ?? null;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function invalidCell({ bytes, starts, lengths, rows, columns }: Cells): number | null {
  for (let cell = 0; cell < rows * columns; cell++) {
    const [start, length] = [starts[cell]!, lengths[cell]!];
    try {
      UTF8.decode(bytes.subarray(start, start + Math.max(length, 0)));
    } catch {
      return cell;
    }
  }
  return null;
}

function named(
  error: GatewayError,
  { name, oid }: { readonly name: string; readonly oid: number },
  row: number
): GatewayError {
  const { body } = error;
  const expression = TEXTS.has(oid) ? quoteIdentifier(name) : 'column';
  return new GatewayError(
    error.code,
    `${body.message}, in column ${name} of row ${row + 1}`,
    { ...body, subject: name, action: body.action?.replaceAll('(column,', `(${expression},`) ?? null },
    error
  );
}
