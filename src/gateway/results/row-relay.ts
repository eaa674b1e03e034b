import type { Schema } from 'apache-arrow';
import { MessageMemory } from '../columns/batch-memory';
import { ReadOnce } from './read-once';
import type { BatchSink, RowStream, StreamedBatch } from './row-stream';
import { Spool, checkRowCount } from './spool';

/** Bytes of batches that may wait in memory for the reader; the others wait in the file. */
const HELD_BYTES = 4 * 2 ** 20;

interface Waiting {
  readonly length: number;
  readonly rows: number;
  /** Copies the encapsulated message to where there is room for it, and lets go of it. */
  moveTo(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Lets go of it. */
  drop(): void;
}

/**
 * Rows on their way to one reader. A reader that keeps up is handed them in memory, which costs a copy; what a slower one
 * leaves lying waits in a file, so that neither the server nor the memory waits for it.
 */
export class RowRelay extends ReadOnce implements RowStream, BatchSink {
  readonly schemaMessage: Uint8Array;
  rows = 0;
  sizeBytes: number;
  private readonly queue: Waiting[] = [];
  private heldBytes = 0;
  private rowsOnDisk = 0;
  private batchesOnDisk = 0;

  /** Publishes tell `onPublish`. Throws as `Spool.create` does. */
  static async create(path: string, schema: Schema, onPublish: () => void): Promise<RowRelay> {
    return new RowRelay(await Spool.create(path, schema, () => undefined), onPublish);
  }

  private constructor(
    private readonly spool: Spool,
    private readonly onPublish: () => void
  ) {
    super();
    this.schemaMessage = spool.schemaMessage;
    this.sizeBytes = spool.schemaMessage.length;
  }

  get schema(): Schema {
    return this.spool.schema;
  }

  get takenBytes(): number {
    return this.spool.takenBytes;
  }

  get backlogBytes(): number {
    return this.spool.backlogBytes;
  }

  append(pieces: readonly Uint8Array[], rows: number): Promise<void> {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const [batch, letGo] =
      this.heldBytes + length <= HELD_BYTES
        ? this.held(pieces, length, rows)
        : this.onDisk(pieces, length, rows);
    if (this.state === 'growing') {
      this.queue.push(batch);
      this.rows += rows;
      this.sizeBytes += length;
      this.onPublish();
      this.changes.tell();
    } else {
      batch.drop();
    }
    return letGo;
  }

  async complete(rows: number, endOfStream: Uint8Array): Promise<void> {
    checkRowCount(rows, this.rows);
    await this.spool.complete(this.rowsOnDisk, endOfStream);
    this.settle();
  }

  /** For one reader, once: what it has read is gone. Throws `bad-request` for any other. */
  async *stream(signal: AbortSignal, lent?: 'lent'): AsyncGenerator<StreamedBatch> {
    const memory = new MessageMemory(lent === 'lent');
    for await (const batch of this.inTurn(() => this.queue.shift(), signal)) {
      const message = memory.take(batch.length);
      await batch.moveTo(message);
      yield { message, rows: batch.rows };
    }
    memory.end();
  }

  protected letGo(error: unknown): void {
    this.queue.splice(0).forEach(batch => batch.drop());
    this.spool.invalidate(error);
  }

  protected removeFiles(): Promise<void> {
    return this.spool.remove();
  }

  /** The batch, and a promise that resolves when nobody reads `pieces` any more. */
  private held(
    pieces: readonly Uint8Array[],
    length: number,
    rows: number
  ): readonly [Waiting, Promise<void>] {
    let drop!: () => void;
    const letGo = new Promise<void>(resolve => {
      drop = () => {
        this.heldBytes -= length;
        resolve();
      };
    });
    this.heldBytes += length;
    const moveTo = (bytes: Uint8Array<ArrayBuffer>) => {
      let at = 0;
      for (const piece of pieces) {
        bytes.set(piece, at);
        at += piece.length;
      }
      drop();
      return Promise.resolve();
    };
    return [{ length, rows, moveTo, drop }, letGo];
  }

  private onDisk(
    pieces: readonly Uint8Array[],
    length: number,
    rows: number
  ): readonly [Waiting, Promise<void>] {
    const index = this.batchesOnDisk++;
    this.rowsOnDisk += rows;
    const written = this.spool.append(pieces, rows);
    const moveTo = async (bytes: Uint8Array<ArrayBuffer>) => {
      await written;
      await this.spool.read(this.spool.batches[index]!, bytes);
    };
    return [{ length, rows, moveTo, drop: () => undefined }, written];
  }
}
