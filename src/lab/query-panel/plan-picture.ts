import { type PlacedNode, type PlanLayout, rowsOf } from './plan-layout';
import { percent, ratio, rowsText, spokenNode } from './plan-words';

const SVG = 'http://www.w3.org/2000/svg';
const BOX = { width: 204, height: 50, gapX: 40, gapY: 16 };
const MARGIN = 12;

/** A plan as a tree from left to right. Arrow keys walk it: right and left along the rows' way, up and down between the steps of a column. */
export class PlanPicture {
  readonly node = document.createElement('div');
  private readonly boxes: readonly SVGGElement[];

  constructor(
    private readonly layout: PlanLayout,
    /** A step has the focus, or was clicked. */
    private readonly chosen: (placed: PlacedNode) => void
  ) {
    this.node.className = 'jp-ReplicaPlan-picture';
    const { nodes, columns, rows } = layout;
    const width = 2 * MARGIN + columns * (BOX.width + BOX.gapX) - BOX.gapX;
    const height = 2 * MARGIN + rows * (BOX.height + BOX.gapY) - BOX.gapY;
    const svg = shape('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'tree' });
    svg.setAttribute('aria-label', 'Plan');
    svg.append(...nodes.flatMap(placed => this.edge(placed)));
    this.boxes = nodes.map((placed, index) => this.box(placed, index));
    svg.append(...this.boxes);
    this.node.append(svg);
  }

  /** Scrolls a step into sight. */
  reveal(index: number): void {
    const { node } = this;
    const from = left(this.layout.nodes[index]!.column);
    node.scrollLeft = Math.max(0, from + BOX.width + MARGIN - node.clientWidth);
  }

  focus(index: number): void {
    this.boxes.forEach((box, at) => box.setAttribute('tabindex', at === index ? '0' : '-1'));
    this.boxes[index]?.focus();
  }

  private edge({ node, parent, column, row }: PlacedNode): SVGElement[] {
    const above = parent === null ? null : this.layout.nodes[parent]!;
    if (!above) {
      return [];
    }
    const [x1, y1] = [left(above.column) + BOX.width, middle(above.row)];
    const [x2, y2] = [left(column), middle(row)];
    const bend = (x1 + x2) / 2;
    const d = `M${x1},${y1} C${bend},${y1} ${bend},${y2} ${x2},${y2}`;
    const width = Math.min(14, 1 + 1.6 * Math.log10(Math.max(1, rowsOf(node))));
    return [shape('path', { d, class: 'jp-ReplicaPlan-edge', 'stroke-width': width.toFixed(1) })];
  }

  private box(placed: PlacedNode, index: number): SVGGElement {
    const { layout } = this;
    const { node, column, row, share, misjudged } = placed;
    const [x, y] = [left(column), middle(row) - BOX.height / 2];
    const group = shape('g', {
      class: `jp-ReplicaPlan-node${index === layout.hottest ? ' jp-mod-hot' : ''}`,
      role: 'treeitem',
      tabindex: index === layout.hottest ? 0 : -1,
      'aria-level': column + 1,
      'aria-selected': 'false',
      'aria-label': spokenNode(placed, layout.timed)
    });
    const heat = shape('rect', {
      x,
      y,
      width: BOX.width,
      height: BOX.height,
      rx: 3,
      class: 'jp-ReplicaPlan-heat'
    });
    heat.style.fillOpacity = (0.75 * share).toFixed(3);
    group.append(
      shape('rect', { x, y, width: BOX.width, height: BOX.height, rx: 3, class: 'jp-ReplicaPlan-box' }),
      heat,
      heading(x + 10, y + 6, node.title),
      label(x + 10, y + 40, `${percent(share)} · ${rowsText(node)}`, 'jp-ReplicaPlan-figures')
    );
    if (misjudged !== 1) {
      group.append(this.badge(x + BOX.width - 8, y, ratio(misjudged)));
    }
    const title = shape('title', {});
    title.textContent = node.title;
    group.append(title);
    group.addEventListener('focus', () => this.choose(index));
    group.addEventListener('click', () => this.focus(index));
    group.addEventListener('keydown', event => this.walk(event, index));
    return group;
  }

  private badge(right: number, y: number, text: string): SVGElement {
    const width = 9 + 6.2 * text.length;
    const badge = shape('g', { class: 'jp-ReplicaPlan-badge' });
    badge.append(
      shape('rect', { x: right - width, y: y - 8, width, height: 16, rx: 8 }),
      label(right - width + 5, y + 4, text, '')
    );
    return badge;
  }

  private choose(index: number): void {
    this.boxes.forEach((box, at) => box.setAttribute('aria-selected', String(at === index)));
    this.chosen(this.layout.nodes[index]!);
  }

  private walk(event: KeyboardEvent, index: number): void {
    const next = neighbour(this.layout, index, event.key);
    if (next !== null) {
      event.preventDefault();
      event.stopPropagation();
      this.focus(next);
    }
  }
}

/** The step that an arrow key leads to. */
export function neighbour({ nodes }: PlanLayout, index: number, key: string): number | null {
  const here = nodes[index]!;
  const column = nodes
    .map((placed, at) => ({ ...placed, at }))
    .filter(placed => placed.column === here.column)
    .sort((one, other) => one.row - other.row);
  const place = column.findIndex(({ at }) => at === index);
  const below = nodes.findIndex(({ parent }) => parent === index);
  switch (key) {
    case 'ArrowLeft':
      return here.parent;
    case 'ArrowRight':
      return below < 0 ? null : below;
    case 'ArrowUp':
      return column[place - 1]?.at ?? null;
    case 'ArrowDown':
      return column[place + 1]?.at ?? null;
    case 'Home':
      return 0;
    default:
      return null;
  }
}

const left = (column: number): number => MARGIN + column * (BOX.width + BOX.gapX);
const middle = (row: number): number => MARGIN + row * (BOX.height + BOX.gapY) + BOX.height / 2;

/** SVG's own text would run over the box's edge; CSS ends it with an ellipsis, whatever the font. */
function heading(x: number, y: number, title: string): SVGElement {
  const frame = shape('foreignObject', { x, y, width: BOX.width - 20, height: 18 });
  const text = document.createElement('div');
  text.className = 'jp-ReplicaPlan-title';
  text.textContent = title;
  frame.append(text);
  return frame;
}

function label(x: number, y: number, text: string, className: string): SVGElement {
  const node = shape('text', { x, y, class: className });
  node.textContent = text;
  return node;
}

function shape<T extends keyof SVGElementTagNameMap>(
  tag: T,
  attributes: Record<string, string | number>
): SVGElementTagNameMap[T] {
  const node = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, String(value)));
  return node;
}
