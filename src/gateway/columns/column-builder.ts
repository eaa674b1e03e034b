import type { Data, DataType } from 'apache-arrow';
import type { Cells } from '../postgres/data-row';

/** Turns one column's cells into Arrow buffers, a run of rows at a time. */
export interface ColumnBuilder {
  readonly type: DataType;
  /** Bytes of Arrow data held by now. */
  readonly sizeBytes: number;
  /** Appends the cells of `column`. Throws NotRepresentable for a value that `type` cannot hold. */
  append(cells: Cells, column: number): void;
  /** All rows appended so far as Arrow data; starts again empty. */
  finish(): Data;
  /** Takes the memory of what `finish` gave back, once nobody reads it any more. */
  reuse(data: Data): void;
}

/** A value that the column's Arrow type cannot hold without loss; as text it can be had. */
export class NotRepresentable extends Error {
  override readonly name = 'NotRepresentable';
  constructor(
    /** The value in words, such as `NaN`. */
    readonly value: string
  ) {
    super(`${value} has no exact place in this column's Arrow type`);
  }
}
