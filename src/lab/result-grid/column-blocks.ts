/** A result of so many columns is read whole; a wider one in blocks. */
const NARROW = 64;
const BLOCK_COLUMNS = 32;

/** How the columns of a result are read: all at once, or a block at a time. */
export class ColumnBlocks {
  private readonly size: number;

  constructor(private readonly count: number) {
    this.size = count <= NARROW ? Math.max(1, count) : BLOCK_COLUMNS;
  }

  of(column: number): number {
    return Math.floor(column / this.size);
  }

  /** The place of a column within its block. */
  within(column: number): number {
    return column % this.size;
  }

  columns(block: number): readonly number[] {
    const first = block * this.size;
    return Array.from({ length: Math.min(this.size, this.count - first) }, (_, at) => first + at);
  }
}
