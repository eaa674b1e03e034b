import { type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { PostgreSQL, schemaCompletionSource, type SQLNamespace } from './sql-language';
import { type Catalog, type Column } from '../../contract/catalog';
import { type DatabaseFunction } from '../../contract/functions';
import { cteNames, fromItems } from '../../sql/from-items';
import { mentionedNames } from '../../sql/mentioned-names';
import { quoteIdentifier, quoteQualified } from '../../sql/quote';
import { type Statement, statementAt } from '../../sql/split';
import { type ICatalogModel, type RelationName } from '../tokens';
import { calledOf, joinConditions, joinTargets } from './join-proposals';

/** The schema that PostgreSQL searches for bare names by default. */
const DEFAULT_SCHEMA = 'public';

interface KnownRelation extends RelationName {
  readonly columns: readonly Column[];
}

/**
 * Completes names behind a dot (`schema.`, `table.`, `alias.`). Columns are read for the relations that the statement
 * names, when they are first needed.
 */
export function dottedNames(catalog: ICatalogModel) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    if (!context.matchBefore(/\.\s*[\w"]*/)) {
      return null;
    }
    const statement = statementAt(context.state.doc.toString(), context.pos);
    const known = await knownRelations(statement?.text ?? '', catalog);
    const schema = namespaceOf(catalog.catalog, known);
    return schemaCompletionSource({ dialect: PostgreSQL, schema, defaultSchema: DEFAULT_SCHEMA })(context);
  };
}

/**
 * Completes bare words: columns of the relations that the statement names, its WITH queries, relations, schemas and functions;
 * behind JOIN and ON what foreign keys propose.
 */
export function bareNames(catalog: ICatalogModel) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const word = context.matchBefore(/[\w\u0080-\uffff]+/);
    const from = word?.from ?? context.pos;
    const before = context.state.sliceDoc(0, from);
    const joining = /\b(join|on)\s+$/i.exec(before)?.[1]?.toLowerCase();
    if (before.trimEnd().endsWith('.') || (!word && !context.explicit && !joining)) {
      return null;
    }
    const statement = statementAt(context.state.doc.toString(), context.pos);
    const [proposals, known, functions] = await Promise.all([
      joining && statement ? joinProposals(statement, from, joining === 'join', catalog) : [],
      knownRelations(statement?.text ?? '', catalog),
      functionOptions(catalog)
    ]);
    return {
      from,
      options: [
        ...proposals,
        ...columnOptions(known),
        ...cteNames(statement?.text ?? '').map(name => ({ ...option(name, 'type', 'WITH query'), boost: 3 })),
        ...relationOptions(catalog.catalog),
        ...functions
      ],
      validFor: /^[\w\u0080-\uffff]*$/
    };
  };
}

async function joinProposals(
  statement: Statement,
  cursor: number,
  isTarget: boolean,
  catalog: ICatalogModel
): Promise<Completion[]> {
  const before = fromItems(statement.text.slice(0, Math.max(0, cursor - statement.from)));
  const items = before.flatMap(item => {
    const [relation] = relationsNamed(
      item.schema === null ? quoteIdentifier(item.name) : quoteQualified(item.schema, item.name),
      catalog.catalog
    );
    return relation ? [{ relation, called: calledOf(item) }] : [];
  });
  const taken = new Set(fromItems(statement.text).map(calledOf));
  return isTarget ? joinTargets(catalog, { items, taken }) : joinConditions(catalog, { items, taken });
}

/** Functions are read when a word is first completed; completion goes on without them. */
async function functionOptions(catalog: ICatalogModel): Promise<Completion[]> {
  const functions = await catalog.functions().catch((): readonly DatabaseFunction[] => []);
  return functions.map(({ schema, name, kind, arguments: given, result }) => {
    const isBare = schema === 'pg_catalog' || schema === DEFAULT_SCHEMA;
    const called = isBare ? quoteIdentifier(name) : quoteQualified(schema, name);
    return {
      label: name,
      type: 'function',
      detail: `(${given}) → ${result}`,
      info: isBare ? kind : `${kind} of ${schema}`,
      apply: `${called}(`,
      boost: -1
    };
  });
}

async function knownRelations(sql: string, catalog: ICatalogModel): Promise<KnownRelation[]> {
  const relations = relationsNamed(sql, catalog.catalog);
  return Promise.all(
    relations.map(async relation => ({
      ...relation,
      // The sidebar shows why columns could not be read; completion goes on without them.
      columns: await catalog.columns(relation).catch((): readonly Column[] => [])
    }))
  );
}

/** Relations of the catalog that a text names; a bare name is looked for in the default schema first. */
export function relationsNamed(sql: string, catalog: Catalog | null): RelationName[] {
  const found = new Map<string, RelationName>();
  for (const { schema, name } of mentionedNames(sql)) {
    const owners = (catalog?.schemas ?? [])
      .filter(candidate => schema === null || candidate.name === schema)
      .filter(candidate => candidate.relations.some(relation => relation.name === name))
      .map(candidate => candidate.name);
    const owner = owners.includes(DEFAULT_SCHEMA) ? DEFAULT_SCHEMA : owners[0];
    if (owner !== undefined) {
      found.set(quoteQualified(owner, name), { schema: owner, relation: name });
    }
  }
  return [...found.values()];
}

function namespaceOf(catalog: Catalog | null, known: readonly KnownRelation[]): SQLNamespace {
  const columnsOf = new Map(
    known.map(({ schema, relation, columns }) => [quoteQualified(schema, relation), columns])
  );
  const schemas = (catalog?.schemas ?? []).map(({ name, relations }) => {
    const children = relations.map(relation => {
      const columns = columnsOf.get(quoteQualified(name, relation.name)) ?? [];
      return [
        relation.name,
        { self: option(relation.name, 'type', relation.kind), children: columns.map(columnOption) }
      ];
    });
    return [name, { self: option(name, 'namespace', 'schema'), children: Object.fromEntries(children) }];
  });
  return Object.fromEntries(schemas);
}

function columnOptions(known: readonly KnownRelation[]): Completion[] {
  return known.flatMap(({ relation, columns }) =>
    columns.map(column => ({ ...columnOption(column), detail: `${column.type} · ${relation}`, boost: 2 }))
  );
}

function relationOptions(catalog: Catalog | null): Completion[] {
  return (catalog?.schemas ?? []).flatMap(({ name, relations }) => [
    option(name, 'namespace', 'schema'),
    ...relations
      .filter(relation => relation.partitionOf === null)
      .map(relation => ({
        ...option(relation.name, 'type', name === DEFAULT_SCHEMA ? relation.kind : name),
        apply: name === DEFAULT_SCHEMA ? quoteIdentifier(relation.name) : quoteQualified(name, relation.name),
        boost: 1
      }))
  ]);
}

const columnOption = (column: Column): Completion => option(column.name, 'property', column.type);

const option = (name: string, type: string, detail: string): Completion => ({
  label: name,
  type,
  detail,
  apply: quoteIdentifier(name)
});
