/** Each column found costs the replica one more run of the statement. */
const TEXT_COLUMNS_BEFORE_ALL = 3;

/** Columns that arrive as PostgreSQL's text because a value of theirs fits no Arrow type; in the end all of them. */
export class TextColumns {
  private readonly columns = new Set<number>();

  has(column: number): boolean {
    return this.columns.has(column) || this.columns.size >= TEXT_COLUMNS_BEFORE_ALL;
  }

  add(column: number): void {
    this.columns.add(column);
  }
}
