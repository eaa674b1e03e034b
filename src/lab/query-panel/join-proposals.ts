import { type Completion } from '@codemirror/autocomplete';
import { type ForeignKey } from '../../contract/relation-details';
import { type FromItem } from '../../sql/from-items';
import { quoteIdentifier, quoteQualified } from '../../sql/quote';
import { type ICatalogModel, type RelationName } from '../tokens';

const DEFAULT_SCHEMA = 'public';
/** Above names of the catalog. */
const BOOST = 5;

/** A relation that the statement reads, and the name it has there. */
interface KnownItem {
  readonly relation: RelationName;
  readonly called: string;
}

export interface JoinScope {
  /** What stands before the cursor, in its order. */
  readonly items: readonly KnownItem[];
  /** Names that a new alias must not have. */
  readonly taken: ReadonlySet<string>;
}

/** The name by which the statement speaks of an item. */
export const calledOf = ({ alias, name }: FromItem): string => alias ?? name;

/** What can be joined by a foreign key of either side, with its condition, to stand behind JOIN. */
export async function joinTargets(
  catalog: ICatalogModel,
  { items, taken }: JoinScope
): Promise<Completion[]> {
  const proposals: Completion[] = [];
  for (const { relation, called } of items) {
    for (const key of await keysOf(catalog, relation)) {
      const alias = freeAlias(key.other.relation, taken);
      const { schema, relation: name } = key.other;
      const target = schema === DEFAULT_SCHEMA ? quoteIdentifier(name) : quoteQualified(schema, name);
      const condition = conditionOf(key, called, alias);
      proposals.push({
        label: `${name} ON ${condition}`,
        apply: `${target} AS ${quoteIdentifier(alias)} ON ${condition}`,
        detail: key.name,
        type: 'type',
        boost: BOOST
      });
    }
  }
  return proposals;
}

/** Conditions by foreign keys between what was joined last and what stands before it, to stand behind ON. */
export async function joinConditions(catalog: ICatalogModel, { items }: JoinScope): Promise<Completion[]> {
  const joined = items.at(-1);
  if (!joined) {
    return [];
  }
  const keys = await keysOf(catalog, joined.relation);
  return items.slice(0, -1).flatMap(({ relation, called }) =>
    keys
      .filter(({ other }) => other.schema === relation.schema && other.relation === relation.relation)
      .map(key => {
        const condition = conditionOf(key, joined.called, called);
        return { label: condition, apply: condition, detail: key.name, type: 'keyword', boost: BOOST };
      })
  );
}

/** The sidebar shows why keys could not be read; completion goes on without them. */
async function keysOf(catalog: ICatalogModel, relation: RelationName): Promise<readonly ForeignKey[]> {
  try {
    const { foreignKeys, referencedBy } = await catalog.details(relation);
    return [...foreignKeys, ...referencedBy];
  } catch {
    return [];
  }
}

function conditionOf({ columns, otherColumns }: ForeignKey, own: string, other: string): string {
  const [left, right] = [quoteIdentifier(own), quoteIdentifier(other)];
  return columns
    .map(
      (column, index) =>
        `${right}.${quoteIdentifier(otherColumns[index]!)} = ${left}.${quoteIdentifier(column)}`
    )
    .join(' AND ');
}

/** The first letters of the words of a name, with a number where they are taken: `order_items` → `oi`, `oi2`. */
function freeAlias(name: string, taken: ReadonlySet<string>): string {
  const initials = name
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .map(word => word.charAt(0))
    .join('');
  const first = initials || 't';
  let alias = first;
  for (let number = 2; taken.has(alias) || quoteIdentifier(alias) !== alias; number += 1) {
    alias = `${first}${number}`;
  }
  return alias;
}
