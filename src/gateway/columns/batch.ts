import { type Data, makeData, RecordBatch, type Schema, Struct } from 'apache-arrow';
import type { Cells } from '../postgres/data-row';
import { positional } from '../arrow/ipc';
import { type ColumnBuilder, NotRepresentable } from './column-builder';

/** A value that cannot travel in its column's Arrow type, with the column it stands in. */
export class ColumnNotRepresentable extends Error {
  override readonly name = 'ColumnNotRepresentable';
  constructor(
    readonly column: number,
    readonly value: string
  ) {
    super(value);
  }
}

/** Bytes that are no value of their column's type, with the column they stand in; `cause` says what is wrong with them. */
export class ColumnNotReadable extends Error {
  override readonly name = 'ColumnNotReadable';
  constructor(
    readonly column: number,
    override readonly cause: unknown
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}

/** Gathers rows of one result into record batches. */
export class BatchBuilder {
  rows = 0;
  private readonly schema: Schema;

  constructor(
    schema: Schema,
    private readonly columns: readonly ColumnBuilder[]
  ) {
    this.schema = positional(schema);
  }

  get sizeBytes(): number {
    return this.columns.reduce((sum, column) => sum + column.sizeBytes, 0);
  }

  append(cells: Cells): void {
    this.columns.forEach((builder, column) => {
      try {
        builder.append(cells, column);
      } catch (error) {
        throw error instanceof NotRepresentable
          ? new ColumnNotRepresentable(column, error.value)
          : new ColumnNotReadable(column, error);
      }
    });
    this.rows += cells.rows;
  }

  /** The rows so far as one batch under the positional schema; starts again empty. */
  finish(): RecordBatch {
    const children: Data[] = this.columns.map(column => column.finish());
    const length = this.rows;
    this.rows = 0;
    return new RecordBatch(
      this.schema,
      makeData({ type: new Struct(this.schema.fields), length, nullCount: 0, children })
    );
  }

  /** Gives the memory of a finished batch to the next ones, once it has been written. */
  reuse(batch: RecordBatch): void {
    batch.data.children.forEach((data, column) => this.columns[column]!.reuse(data));
  }
}
