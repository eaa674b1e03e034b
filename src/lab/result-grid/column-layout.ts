import { shortType } from '../../sql/short-type';
import { type Field } from '../../contract/query';

const NARROWEST_PX = 48;
const WIDEST_AT_FIRST_PX = 420;
const PADDING_PX = 20;
/** Width of a character of the grid's font. */
const CHAR_PX = 7.9;

/** Left edges and widths of the columns, in CSS pixels. */
export class ColumnLayout {
  private widths: number[] = [];
  private edges: number[] = [0];

  constructor(private readonly fields: readonly Field[]) {
    this.fit(() => []);
  }

  get count(): number {
    return this.fields.length;
  }

  get fullWidth(): number {
    return this.left(this.count);
  }

  left(column: number): number {
    return this.edges[column] ?? 0;
  }

  width(column: number): number {
    return this.widths[column] ?? 0;
  }

  /** Makes every column as wide as its header and the given texts of its cells need, within limits. */
  fit(textsOf: (column: number) => readonly string[]): void {
    this.widths = this.fields.map((field, column) => {
      const widths = [field.name, shortType(field.type), ...textsOf(column)].map(textPx);
      return Math.max(NARROWEST_PX, Math.min(Math.max(...widths), WIDEST_AT_FIRST_PX));
    });
    this.measure();
  }

  /** Widens a column for a text that must not be cut. */
  widen(column: number, text: string): void {
    if (textPx(text) > this.width(column)) {
      this.resize(column, textPx(text));
    }
  }

  resize(column: number, width: number): void {
    this.widths[column] = Math.max(NARROWEST_PX, Math.round(width));
    this.measure();
  }

  /** Columns that are seen, also in part: from `first` up to but without `end`. */
  visible(left: number, viewWidth: number): { readonly first: number; readonly end: number } {
    const behind = (x: number) => {
      const edge = this.edges.findIndex(candidate => candidate > x);
      return edge < 0 ? this.count + 1 : edge;
    };
    return { first: Math.max(0, behind(left) - 1), end: Math.min(this.count, behind(left + viewWidth)) };
  }

  /** The column at a distance from the left edge of the first; the last one for anything beyond. */
  columnAt(x: number): number {
    return Math.min(this.count - 1, this.visible(x, 0).first);
  }

  private measure(): void {
    let edge = 0;
    this.edges = [0, ...this.widths.map(width => (edge += width))];
  }
}

const textPx = (text: string): number => Math.ceil(text.length * CHAR_PX) + PADDING_PX;

/** Whether a column of this PostgreSQL type is aligned to the right. */
export function isNumeric(type: string): boolean {
  return /^(smallint|integer|bigint|numeric|real|double precision|money|oid)(\(.*\))?$/.test(type);
}
