import { type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { PostgreSQL, schemaCompletionSource, type SQLNamespace } from './sql-language';
import { type Catalog, type Column } from '../../contract/catalog';
import { mentionedNames } from '../../sql/mentioned-names';
import { quoteIdentifier, quoteQualified } from '../../sql/quote';
import { statementAt } from '../../sql/split';
import { type ICatalogModel, type RelationName } from '../tokens';

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
    const known = await knownRelations(context, catalog);
    const schema = namespaceOf(catalog.catalog, known);
    return schemaCompletionSource({ dialect: PostgreSQL, schema, defaultSchema: DEFAULT_SCHEMA })(context);
  };
}

/** Completes bare words: columns of the relations that the statement names, relations, schemas. */
export function bareNames(catalog: ICatalogModel) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const word = context.matchBefore(/[\w\u0080-\uffff]+/);
    const from = word?.from ?? context.pos;
    const isBehindDot = context.state.sliceDoc(0, from).trimEnd().endsWith('.');
    if (isBehindDot || (!word && !context.explicit)) {
      return null;
    }
    const known = await knownRelations(context, catalog);
    return {
      from,
      options: [...columnOptions(known), ...relationOptions(catalog.catalog)],
      validFor: /^[\w\u0080-\uffff]*$/
    };
  };
}

async function knownRelations(context: CompletionContext, catalog: ICatalogModel): Promise<KnownRelation[]> {
  const statement = statementAt(context.state.doc.toString(), context.pos);
  const relations = relationsNamed(statement?.text ?? '', catalog.catalog);
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
