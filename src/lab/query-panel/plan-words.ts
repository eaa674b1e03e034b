import { type Plan, type PlanNode } from '../../contract/plan';
import { humanCount, humanDuration } from '../human-numbers';
import { type PlacedNode, type PlanLayout, rowsOf } from './plan-layout';

/** Where the time or the cost goes, in a sentence. */
export function planSentence({ nodes, hottest, timed }: PlanLayout): string {
  const { node, share } = nodes[hottest]!;
  const where = `${percent(share)} of the ${timed ? 'time' : 'estimated cost'} in ${node.title}`;
  return `${where}${withoutIndex(node)}.${misjudgment(nodes)}`;
}

/** A scan that throws most of its rows away could have been spared them. */
function withoutIndex({ type, details }: PlanNode): string {
  const filter = details.find(({ name }) => name === 'Filter')?.value;
  if (type !== 'Seq Scan' || !filter) {
    return '';
  }
  const columns = [
    ...new Set(
      [...filter.matchAll(/\(([\w".]+)\)?(?:::[\w ]+)?\)? (?:[=<>~!]|IS|LIKE|= ANY)/g)].map(match =>
        match[1]!.split('.').at(-1)!
      )
    )
  ];
  return columns.length > 0 ? `; no index used for ${columns.join(', ')}` : '; no index used for its filter';
}

function misjudgment(nodes: readonly PlacedNode[]): string {
  const worst = nodes.reduce((worse, node) => (badness(node) > badness(worse) ? node : worse));
  return worst.misjudged === 1
    ? ''
    : ` ${worst.node.title} gave ${ratio(worst.misjudged)} rows than estimated.`;
}

const badness = ({ misjudged }: PlacedNode): number => Math.abs(Math.log(misjudged));

/** `120 × more`, `15 × fewer` */
export function ratio(factor: number): string {
  return factor >= 1
    ? `${humanCount(Math.round(factor))} × more`
    : `${humanCount(Math.round(1 / factor))} × fewer`;
}

export function percent(share: number): string {
  return share > 0 && share < 0.005 ? 'under 1 %' : `${Math.round(100 * share)} %`;
}

/** What a step does, read out. */
export function spokenNode({ node, share, misjudged }: PlacedNode, timed: boolean): string {
  const parts = [node.title, `${percent(share)} of the ${timed ? 'time' : 'cost'}`, rowsText(node)];
  if (misjudged !== 1) parts.push(`${ratio(misjudged)} than estimated`);
  return parts.join(', ');
}

export function rowsText(node: PlanNode): string {
  if (node.actual?.loops === 0) {
    return 'never executed';
  }
  const rows = rowsOf(node);
  return `${node.actual ? '' : 'about '}${rows === 1 ? '1 row' : `${humanCount(Math.round(rows))} rows`}`;
}

/** All that is known of a step. */
export function nodeFacts(node: PlanNode): readonly (readonly [string, string])[] {
  const { actual } = node;
  return [
    ['Rows, estimated', `${node.rows.toLocaleString('en-US')}${actual && actual.loops > 1 ? ' a loop' : ''}`],
    ...(actual
      ? ([
          ['Rows', actual.rows.toLocaleString('en-US')],
          ['Loops', actual.loops.toLocaleString('en-US')],
          [
            'Time with what lies below',
            actual.totalMs === null ? 'not measured' : humanDuration(actual.totalMs)
          ]
        ] as const)
      : []),
    ['Cost', `${node.startupCost.toFixed(2)} to ${node.totalCost.toFixed(2)}`],
    ['Bytes a row', node.widthBytes.toLocaleString('en-US')],
    ...node.details.map(({ name, value }) => [name, value] as const)
  ];
}

/** As the text of EXPLAIN has it. */
export function planText({ root, planningMs, executionMs }: Plan): string {
  const lines: string[] = [];
  const tell = (node: PlanNode, depth: number) => {
    const lead = depth === 0 ? '' : `${' '.repeat(6 * depth - 4)}->  `;
    lines.push(`${lead}${node.title}  (${figures(node)})`);
    node.details.forEach(({ name, value }) => lines.push(`${' '.repeat(6 * depth + 2)}${name}: ${value}`));
    node.children.forEach(child => tell(child, depth + 1));
  };
  tell(root, 0);
  if (planningMs !== null) lines.push(`Planning Time: ${planningMs.toFixed(3)} ms`);
  if (executionMs !== null) lines.push(`Execution Time: ${executionMs.toFixed(3)} ms`);
  return lines.join('\n');
}

function figures({ startupCost, totalCost, rows, widthBytes, actual }: PlanNode): string {
  const planned = `cost=${startupCost.toFixed(2)}..${totalCost.toFixed(2)} rows=${rows} width=${widthBytes}`;
  if (!actual) {
    return planned;
  }
  return actual.loops === 0
    ? `${planned}) (never executed`
    : `${planned}) (actual time=${actual.totalMs?.toFixed(3) ?? '?'} rows=${Math.round(actual.rows)} loops=${actual.loops}, of all loops`;
}
