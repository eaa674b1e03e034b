import { closeSync, openSync, readSync } from 'node:fs';
import { type Schema } from 'apache-arrow';
import { decodeSchema } from '../arrow/ipc';
import type { SpoolBatch } from '../results/spool';
import {
  metadataBytes,
  PREFIX_BYTES,
  type ReadBytes,
  type StoredColumn,
  storedColumns
} from './stored-batch';

/** What a thread needs to know of a spool to read it: the file, and where its parts lie. */
export interface StoredPlace {
  readonly path: string;
  readonly schemaMessage: Uint8Array;
  /** Batches whose writing has finished. */
  readonly batches: readonly SpoolBatch[];
}

/** A spool's file read in a thread that may block. Only the bytes asked for are read. */
export class StoredResult {
  readonly schema: Schema;
  private readonly file: number;

  constructor(private readonly place: StoredPlace) {
    this.schema = decodeSchema(place.schemaMessage);
    this.file = openSync(place.path, 'r');
  }

  get batches(): readonly SpoolBatch[] {
    return this.place.batches;
  }

  columns({ offset }: SpoolBatch): readonly StoredColumn[] {
    const read: ReadBytes = (from, to) => this.read(offset + from, to - from);
    const prefix = read(0, PREFIX_BYTES);
    const head = read(0, PREFIX_BYTES + metadataBytes(prefix));
    return storedColumns(this.schema, (from, to) =>
      to <= head.length ? head.subarray(from, to) : read(from, to)
    );
  }

  close(): void {
    closeSync(this.file);
  }

  private read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const count = readSync(this.file, bytes, at, length - at, offset + at);
      if (count === 0) {
        throw new Error('The stored result is shorter than it was written.');
      }
      at += count;
    }
    return bytes;
  }
}
