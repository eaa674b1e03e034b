import type { Schema } from 'apache-arrow';
import { encodeSchema } from '../arrow/ipc';
import { GatewayError } from '../gateway-error';
import { ReadOnce } from './read-once';
import type { RowStream, StreamedBatch } from './row-stream';
import { Spool } from './spool';

/**
 * A result that is larger than what may be stored: a row of spools, each given up as soon as its one reader has
 * read it. Whoever writes waits for room before each part, so that no part is ever cut short in the middle.
 */
export class SpoolWindow extends ReadOnce implements RowStream {
  readonly schemaMessage: Uint8Array;
  private readonly parts: Spool[] = [];
  private rowsGivenUp = 0;
  private bytesGivenUp = 0;
  /** Its reader has asked for more. */
  private onTaken: () => void = () => undefined;

  constructor(private readonly schema: Schema) {
    super();
    this.schemaMessage = encodeSchema(schema);
  }

  get rows(): number {
    return this.parts.reduce((sum, part) => sum + part.rows, this.rowsGivenUp);
  }

  /** Of all that could be read, what is given up by now included: the schema once, and every batch. */
  get sizeBytes(): number {
    return this.parts.reduce(
      (sum, part) => sum + batchBytes(part),
      this.schemaMessage.length + this.bytesGivenUp
    );
  }

  get takenBytes(): number {
    return this.parts.reduce((sum, part) => sum + part.takenBytes, 0);
  }

  /** The next part, to be completed before the one after it. */
  async open(path: string, onPublish: () => void): Promise<Spool> {
    const part = await Spool.create(path, this.schema, onPublish);
    this.parts.push(part);
    this.changes.tell();
    return part;
  }

  /** Resolves when it holds no more than `bytes`. Throws `timeout` when no row is taken for `limitMs` meanwhile. */
  async shrunkTo(bytes: number, signal: AbortSignal, limitMs: number): Promise<void> {
    const paused = new AbortController();
    const patience = setTimeout(() => paused.abort(pausedTooLong(limitMs)), limitMs);
    const either = AbortSignal.any([signal, paused.signal]);
    this.onTaken = () => patience.refresh();
    try {
      while (this.takenBytes > bytes && this.state === 'growing') {
        either.throwIfAborted();
        await this.changes.next(either);
      }
    } finally {
      this.onTaken = () => undefined;
      clearTimeout(patience);
    }
  }

  /** No part follows. */
  complete(): void {
    this.settle();
  }

  /** For one reader, once: what it has read is gone. Throws `bad-request` for any other. */
  async *stream(signal: AbortSignal, lent?: 'lent'): AsyncGenerator<StreamedBatch> {
    for await (const part of this.inTurn(() => this.parts[0], signal)) {
      for await (const batch of part.stream(signal, lent)) {
        yield batch;
        this.onTaken();
      }
      this.rowsGivenUp += part.rows;
      this.bytesGivenUp += batchBytes(part);
      this.parts.shift();
      await part.remove();
      this.changes.tell();
    }
  }

  protected letGo(error: unknown): void {
    this.parts.forEach(part => part.invalidate(error));
  }

  protected async removeFiles(): Promise<void> {
    await Promise.all(this.parts.map(part => part.remove()));
  }
}

function batchBytes({ sizeBytes, schemaMessage }: Spool): number {
  return sizeBytes - schemaMessage.length;
}

function pausedTooLong(limitMs: number): GatewayError {
  return new GatewayError(
    'timeout',
    `Nobody took rows of this result for ${Math.round(limitMs / 1000)} s, so its statement was ended.`,
    { action: 'Run it again with a reader that keeps up, or raise JUPYTERLAB_REPLICA_SPOOL_BUDGET_MB.' }
  );
}
