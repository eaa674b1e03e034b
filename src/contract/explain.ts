import { list, nullable, number, optional, record, text, type Parser } from './parse';
import { type Plan, type PlanNode } from './plan';

/** Properties that say what a node does with its rows, in the order of PostgreSQL's own text. */
const DETAILS = [
  'Index Cond',
  'Recheck Cond',
  'Hash Cond',
  'Merge Cond',
  'Join Filter',
  'TID Cond',
  'Sort Key',
  'Presorted Key',
  'Group Key',
  'Filter',
  'One-Time Filter',
  'Rows Removed by Index Recheck',
  'Rows Removed by Filter',
  'Rows Removed by Join Filter',
  'Heap Fetches',
  'Sort Method',
  'Sort Space Used',
  'Hash Batches',
  'Workers Planned',
  'Workers Launched',
  'Shared Hit Blocks',
  'Shared Read Blocks',
  'Temp Written Blocks'
];

const word = optional(nullable(text), null);
const amount = optional(nullable(number), null);

/** The properties of a node that have a meaning here; PostgreSQL leaves those out that do not apply. */
const parseKnown = record({
  'Node Type': text,
  'Startup Cost': optional(number, 0),
  'Total Cost': optional(number, 0),
  'Plan Rows': optional(number, 0),
  'Plan Width': optional(number, 0),
  'Actual Rows': amount,
  'Actual Loops': amount,
  'Actual Total Time': amount,
  Strategy: word,
  'Join Type': word,
  'Partial Mode': word,
  'Index Name': word,
  'Relation Name': word,
  'CTE Name': word,
  'Function Name': word,
  Schema: word,
  Alias: word
});
type Known = ReturnType<typeof parseKnown>;

const parseNode: Parser<PlanNode> = (value, path) => {
  const known = parseKnown(value, path);
  const loops = known['Actual Loops'];
  const [rows, ms] = [known['Actual Rows'], known['Actual Total Time']];
  const name = known['Relation Name'];
  return {
    title: titleOf(known, property(value, 'Parallel Aware') === true),
    type: known['Node Type'],
    relation: name === null ? null : { schema: known.Schema, name },
    details: DETAILS.flatMap(detail => {
      const found = property(value, detail);
      return found === undefined || found === 0 ? [] : [{ name: detail, value: written(found) }];
    }),
    startupCost: known['Startup Cost'],
    totalCost: known['Total Cost'],
    rows: known['Plan Rows'],
    widthBytes: known['Plan Width'],
    actual:
      loops === null || rows === null
        ? null
        : { rows: rows * loops, loops, totalMs: ms === null ? null : ms * loops },
    children: optional(list(parseNode), [])(property(value, 'Plans'), `${path}.Plans`)
  };
};

const parseDocument = record({
  Plan: parseNode,
  'Planning Time': amount,
  'Execution Time': amount
});

/** The JSON of EXPLAIN (FORMAT JSON), once it is read. Throws ContractError. */
export const parseExplain: Parser<Plan> = (value, path = 'EXPLAIN') => {
  const [document] = list(parseDocument)(value, path);
  const { Plan: root, ...times } = document ?? parseDocument(undefined, path);
  return { root, planningMs: times['Planning Time'], executionMs: times['Execution Time'] };
};

/** As PostgreSQL names the node in the text of EXPLAIN. */
function titleOf(known: Known, isParallel: boolean): string {
  let title = known['Node Type'];
  const { Strategy: strategy } = known;
  if (strategy === 'Hashed') title = `Hash${title}`;
  if (title === 'Aggregate' && strategy === 'Sorted') title = 'GroupAggregate';
  if (title === 'Aggregate' && strategy === 'Mixed') title = 'MixedAggregate';
  const join = known['Join Type'];
  if (join && join !== 'Inner') title = `${title.replace(/ Join$/, '')} ${join} Join`;
  const mode = known['Partial Mode'];
  if (mode && mode !== 'Simple') title = `${mode} ${title}`;
  if (isParallel) title = `Parallel ${title}`;
  if (known['Index Name']) title += ` using ${known['Index Name']}`;
  const name = known['Relation Name'] ?? known['CTE Name'] ?? known['Function Name'];
  if (name) title += ` on ${known.Schema ? `${known.Schema}.` : ''}${name}`;
  return known.Alias && known.Alias !== name ? `${title} ${known.Alias}` : title;
}

function written(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(', ') : String(value);
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
