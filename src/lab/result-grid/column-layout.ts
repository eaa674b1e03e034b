import { shortType } from '../../sql/short-type';
import { type Field } from '../../contract/query';

const NARROWEST_PX = 48;
const WIDEST_AT_FIRST_PX = 420;
const PADDING_PX = 20;
/** The menu button beside a column's name. */
const BUTTON_PX = 26;
/** Width of a character of the grid's font. */
const CHAR_PX = 7.9;

/** Left edges and widths of the columns, in CSS pixels. A hidden column has no width, frozen ones do not scroll. */
export class ColumnLayout {
  private readonly widths: number[];
  private readonly fitted = new Set<number>();
  private readonly hiddenColumns = new Set<number>();
  private edges: number[] = [0];
  private frozen = 0;

  constructor(private readonly fields: readonly Field[]) {
    this.widths = fields.map((_, column) => this.fitting(column, []));
    this.measure();
  }

  get count(): number {
    return this.fields.length;
  }

  get fullWidth(): number {
    return this.left(this.count);
  }

  /** Columns before this one do not scroll. */
  get frozenEnd(): number {
    return this.frozen;
  }

  get frozenWidth(): number {
    return this.left(this.frozen);
  }

  /** In their order. */
  get hidden(): readonly number[] {
    return [...this.hiddenColumns].sort((one, other) => one - other);
  }

  left(column: number): number {
    return this.edges[column] ?? 0;
  }

  width(column: number): number {
    return this.hiddenColumns.has(column) ? 0 : (this.widths[column] ?? 0);
  }

  isHidden(column: number): boolean {
    return this.hiddenColumns.has(column);
  }

  /** Whether its cells have set its width. */
  isFitted(column: number): boolean {
    return this.fitted.has(column);
  }

  /** Makes a column as wide as its header and the given texts of its cells need, within limits. */
  fit(column: number, texts: readonly string[]): void {
    this.fitted.add(column);
    this.widths[column] = this.fitting(column, texts);
    this.measure();
  }

  /** Widens a column for a text that must not be cut. */
  widen(column: number, text: string): void {
    if (!this.isHidden(column) && textPx(text) > this.width(column)) {
      this.resize(column, textPx(text));
    }
  }

  resize(column: number, width: number): void {
    this.fitted.add(column);
    this.widths[column] = Math.max(NARROWEST_PX, Math.round(width));
    this.measure();
  }

  /** Holds the columns up to this one in place; -1 lets all scroll. */
  freeze(last: number): void {
    this.frozen = last + 1;
  }

  hide(column: number): void {
    if (this.hiddenColumns.size < this.count - 1) {
      this.hiddenColumns.add(column);
      this.measure();
    }
  }

  reveal(column: number): void {
    this.hiddenColumns.delete(column);
    this.measure();
  }

  revealAll(): void {
    this.hiddenColumns.clear();
    this.measure();
  }

  /** Columns that are seen, also in part, between two distances from the edge of the first. */
  visible(from: number, to: number): { readonly first: number; readonly end: number } {
    return {
      first: Math.max(0, this.edgesUpTo(from) - 1),
      end: Math.min(this.count, this.edgesUpTo(to))
    };
  }

  /** The column at a distance from the left edge of the first; the last one for anything beyond. */
  columnAt(x: number): number {
    return Math.max(0, Math.min(this.count, this.edgesUpTo(x)) - 1);
  }

  /** The nearest column from `column` on in a direction that is not hidden; `column` itself without one. */
  shown(column: number, step: 1 | -1): number {
    for (let at = column; at >= 0 && at < this.count; at += step) {
      if (!this.isHidden(at)) return at;
    }
    return step === 1 ? this.shown(column, -1) : column;
  }

  /** How many edges stand at `x` or before it. */
  private edgesUpTo(x: number): number {
    let [low, high] = [0, this.edges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.edges[middle]! <= x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private fitting(column: number, texts: readonly string[]): number {
    const { name, type } = this.fields[column]!;
    const header = Math.max(textPx(name) + BUTTON_PX, textPx(shortType(type)));
    const widths = [header, ...texts.map(textPx)];
    return Math.max(NARROWEST_PX, Math.min(Math.max(...widths), WIDEST_AT_FIRST_PX));
  }

  private measure(): void {
    let edge = 0;
    this.edges = [0, ...this.widths.map((_, column) => (edge += this.width(column)))];
  }
}

const textPx = (text: string): number => Math.ceil(text.length * CHAR_PX) + PADDING_PX;

/** Whether a column of this PostgreSQL type is aligned to the right. */
export function isNumeric(type: string): boolean {
  return /^(smallint|integer|bigint|numeric|real|double precision|money|oid)(\(.*\))?$/.test(type);
}
