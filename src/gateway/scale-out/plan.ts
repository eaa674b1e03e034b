import type { ScaleOutPlan, ScaleOutRequest } from '../../contract/scale-out';
import { ctidRangeSql } from '../../sql/plain-table';
import { scan } from '../../sql/scan';
import type { TextColumns } from '../columns/text-columns';
import { partitionScheme } from '../dataset/partition-scheme';
import { GatewayError } from '../gateway-error';
import { scannedTable } from '../parallel/table';
import { estimate } from '../postgres/row-estimate';
import type { Session } from '../postgres/session';
import type { ColumnDescription } from '../postgres/statement';
import { type ColumnFacts, resultColumns } from '../result-columns';
import { blockParts } from './block-parts';
import { columnRead, filesSchema, type ColumnRead } from './column-read';
import { findKey } from './find-key';
import { keyParts } from './key-parts';

export type Parts = Pick<
  ScaleOutPlan,
  'source' | 'columns' | 'parts' | 'cutBy' | 'sessions' | 'fields' | 'partitions' | 'notes'
>;

/** More parts than sessions, so that all sessions end at about the same time; fewer than for blocks, since a key's cost a scan each. */
const KEY_PARTS_A_SESSION = 2;
const DEFAULT_SESSIONS = 4;

/**
 * How several sessions read the rows of one statement, all bounds fixed: a plain table by ranges of its pages, anything else by
 * quantiles of an indexed key. `session` sees the snapshot that the parts will see. Throws GatewayError `bad-request` for a
 * statement that cannot be cut, and what `partitionScheme` throws.
 */
export async function planParts(
  session: Session,
  facts: ColumnFacts,
  request: ScaleOutRequest,
  mostSessions: number
): Promise<Parts> {
  const { sql, dataset, asText } = request;
  const columns = await described(session, sql);
  const names = columns.map(({ name }) => name);
  refuseUnknown(asText, names);
  const text = { has: (index: number) => asText.includes(names[index]!) } as TextColumns;
  const { schema } = await resultColumns(session, facts, columns, text);
  const scheme = partitionScheme(schema, dataset.partitionBy);
  const sessions = Math.max(1, Math.min(request.sessions ?? DEFAULT_SESSIONS, mostSessions));
  const types = await facts.types.of(session, columns);
  const reads = (alias: string, sourceNames: readonly string[]): readonly ColumnRead[] =>
    columns.map((column, index) =>
      columnRead(
        column,
        `${alias}.${quoted(sourceNames[index]!)}`,
        schema.fields[index]!.type,
        types[index]!.name.endsWith('[]') && !text.has(index)
      )
    );
  const table = ctidRangeSql(sql) === null ? null : await scannedTable(session, columns, 0);
  const cut =
    table !== null && typeof table === 'object' && request.keyColumn === null
      ? await byBlocks(session, facts, columns, reads, table, sessions, request.parts)
      : await byKey(session, request, columns, reads, sessions);
  const made = filesSchema(schema, cut.reads);
  const { fields, partitions } = partitionScheme(made, dataset.partitionBy);
  return {
    ...{ source: cut.source, parts: cut.parts, cutBy: cut.cutBy, sessions, fields, partitions },
    columns: cut.reads.map(({ conversion }, index) => ({ name: names[index]!, conversion })),
    notes: [...cut.notes, ...textNotes(scheme.fields, fields)]
  };
}

interface Cut {
  readonly source: string;
  readonly reads: readonly ColumnRead[];
  readonly parts: readonly string[];
  readonly cutBy: string;
  readonly notes: readonly string[];
}

type Reads = (alias: string, sourceNames: readonly string[]) => readonly ColumnRead[];

async function byBlocks(
  session: Session,
  facts: ColumnFacts,
  columns: readonly ColumnDescription[],
  readsOf: Reads,
  { blocks, blockBytes }: { readonly blocks: number; readonly blockBytes: number },
  sessions: number,
  wanted: number | null
): Promise<Cut> {
  const sources = await facts.sources.of(session, columns);
  const { schema, table } = sources[0]!;
  const reads = readsOf(
    't',
    sources.map(source => source!.column)
  );
  const relation = `${quoted(schema)}.${quoted(table)}`;
  return {
    source: `(SELECT ${listOf(reads)}, t.ctid AS part_ctid FROM ${relation} AS t) AS s`,
    ...{ reads, cutBy: `pages of ${relation}`, notes: [] },
    parts: blockParts(blocks, blockBytes, sessions, wanted)
  };
}

async function byKey(
  session: Session,
  request: ScaleOutRequest,
  columns: readonly ColumnDescription[],
  readsOf: Reads,
  sessions: number
): Promise<Cut> {
  const names = columns.map(({ name }) => name);
  const key = await findKey(session, columns, request.keyColumn);
  const reads = readsOf('q', names);
  const statement = withoutSemicolon(request.sql);
  const source = `(SELECT ${listOf(reads)}, q.${quoted(key.name)} AS part_key FROM (\n${statement}\n) AS q) AS s`;
  const expected = await estimate(session, statement, []);
  const wanted = request.parts ?? KEY_PARTS_A_SESSION * sessions;
  return {
    ...{ source, reads, cutBy: `bounds of ${key.name}` },
    parts: await keyParts(session, { source, type: key.type }, wanted, expected?.rows ?? null),
    notes: key.isIndexed
      ? []
      : [`${key.name} is not the first column of an index, so that each part may read the whole statement.`]
  };
}

async function described(session: Session, sql: string): Promise<readonly ColumnDescription[]> {
  const { columns, parameterCount } = await session.describe(sql);
  if (!columns || parameterCount > 0) {
    throw new GatewayError(
      'bad-request',
      columns
        ? 'A statement with parameters cannot be exported by Spark.'
        : 'The statement returns no rows, so there is nothing to export.',
      { action: columns ? 'Write the values into the statement.' : 'Give a SELECT.' }
    );
  }
  return columns;
}

function refuseUnknown(asked: readonly string[], names: readonly string[]): void {
  const unknown = asked.find(name => !names.includes(name));
  if (unknown !== undefined) {
    throw new GatewayError('bad-request', `The statement has no column ${unknown} to read as text.`, {
      subject: unknown,
      action: `Choose from its columns: ${names.join(', ')}.`
    });
  }
}

/** What the files have as text although the single-machine export has a type for it. */
function textNotes(
  contract: readonly { readonly name: string; readonly arrow: string }[],
  files: readonly { readonly arrow: string }[]
): readonly string[] {
  return contract.flatMap(({ name, arrow }, index) =>
    files[index]!.arrow === arrow ? [] : [`${name} is ${files[index]!.arrow} here: Spark has no ${arrow}.`]
  );
}

const listOf = (reads: readonly ColumnRead[]): string =>
  reads.map(({ expression }, index) => `${expression} AS c${index}`).join(', ');

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Without what would end it inside of a larger one. */
function withoutSemicolon(sql: string): string {
  const last = [...scan(sql)].filter(({ kind }) => kind !== 'space' && kind !== 'comment').at(-1);
  return last?.kind === 'semicolon' ? withoutSemicolon(sql.slice(0, last.from)) : sql;
}
