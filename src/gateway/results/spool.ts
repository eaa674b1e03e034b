import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { Schema } from 'apache-arrow';
import { decodeSchema, encodeSchema, END_OF_STREAM } from '../arrow/ipc';
import { MessageMemory } from '../columns/batch-memory';
import { GatewayError } from '../gateway-error';
import { diskFailure } from './disk-failure';
import { Changes } from './changes';
import { type BatchSink, GIVEN_UP, type RowStream, type StreamedBatch } from './row-stream';

/** Where one encoded record batch lies in the file, and which rows it holds. */
export interface SpoolBatch {
  readonly offset: number;
  readonly length: number;
  readonly firstRow: number;
  readonly rows: number;
}

/** Where the parts of a complete spool lie in its file. */
export interface SpoolLayout {
  readonly schemaBytes: number;
  readonly batches: readonly SpoolBatch[];
}

/** Bytes that may wait for the disk before the socket is paused. */
export const WRITE_BACKLOG_BYTES = 4 * 2 ** 20;

/**
 * One result as an append-only Arrow IPC stream in a file: written once, as fast as the server sends, and read by
 * any number of readers at their own pace. Readers see only the part whose writing has finished.
 */
export class Spool implements RowStream, BatchSink {
  private readonly published: SpoolBatch[] = [];
  private written: Promise<void> = Promise.resolve();
  private end = 0;
  private nextRow = 0;
  private backlog = 0;
  private state: 'growing' | 'complete' | 'failed' = 'growing';
  private failure: unknown = null;
  private readonly changes = new Changes();

  private constructor(
    private place: string,
    private readonly file: FileHandle,
    readonly schema: Schema,
    /** The encoded schema, with which the file begins. */
    readonly schemaMessage: Uint8Array,
    private onPublish: () => void
  ) {
    this.end = schemaMessage.length;
  }

  /** A new file. It throws, as all writing does, GatewayError `disk-full` or `internal`. */
  static async create(path: string, schema: Schema, onPublish: () => void): Promise<Spool> {
    const file = await open(path, 'wx+', 0o600).catch((error: unknown) => Promise.reject(diskFailure(error)));
    const spool = new Spool(path, file, schema, encodeSchema(schema), onPublish);
    spool.written = spool.write([spool.schemaMessage], 0);
    // Whoever appends or completes is told; until then nobody listens.
    spool.written.catch(() => undefined);
    return spool;
  }

  /** Opens a complete spool that another process has written; null when the file is not what `layout` says. */
  static async adopt(path: string, layout: SpoolLayout): Promise<Spool | null> {
    const file = await open(path, 'r');
    const spool = await Spool.over(file, path, layout).catch(() => null);
    if (!spool) {
      await file.close();
    }
    return spool;
  }

  private static async over(
    file: FileHandle,
    path: string,
    { schemaBytes, batches }: SpoolLayout
  ): Promise<Spool | null> {
    const last = batches.at(-1);
    const end = last ? last.offset + last.length : schemaBytes;
    if ((await file.stat()).size !== end + END_OF_STREAM.length) {
      return null;
    }
    const schemaMessage = new Uint8Array(schemaBytes);
    await file.read(schemaMessage, 0, schemaBytes, 0);
    const spool = new Spool(path, file, decodeSchema(schemaMessage), schemaMessage, () => undefined);
    spool.published.push(...batches);
    spool.end = end;
    spool.nextRow = spool.rows;
    spool.state = 'complete';
    return spool;
  }

  /** Where its parts lie. */
  get layout(): SpoolLayout {
    return { schemaBytes: this.schemaMessage.length, batches: this.published };
  }

  /** The file; readers on this machine may map it. */
  get path(): string {
    return this.place;
  }

  async moveTo(path: string): Promise<void> {
    await rename(this.place, path);
    this.place = path;
  }

  get batches(): readonly SpoolBatch[] {
    return this.published;
  }

  /** Rows that can be read by now. */
  get rows(): number {
    const last = this.published.at(-1);
    return last ? last.firstRow + last.rows : 0;
  }

  /** Bytes that can be read by now. */
  get sizeBytes(): number {
    const last = this.published.at(-1);
    return last ? last.offset + last.length : this.schemaMessage.length;
  }

  /** Bytes that the file has or will have once all that was handed over is written. */
  get takenBytes(): number {
    return this.end;
  }

  /** Bytes handed over that the disk has not taken yet. */
  get backlogBytes(): number {
    return this.backlog;
  }

  /** Adds one batch, published once it and all before it are written. Resolves then. */
  append(pieces: readonly Uint8Array[], rows: number): Promise<void> {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const batch = { offset: this.end, length, firstRow: this.nextRow, rows };
    this.end += length;
    this.nextRow += rows;
    this.backlog += length;
    this.written = this.written
      .then(() => this.write(pieces, batch.offset))
      .then(() => {
        this.backlog -= length;
        this.published.push(batch);
        this.onPublish();
        this.changes.tell();
      });
    return this.written;
  }

  /** Ends the stream after everything appended; throws when `rows` is not what was appended. */
  async complete(rows: number, endOfStream: Uint8Array): Promise<void> {
    await this.written;
    checkRowCount(rows, this.nextRow);
    checkRowCount(rows, this.rows);
    await this.write([endOfStream], this.end);
    this.settle('complete');
  }

  /** Ends the stream for readers with `error`. */
  fail(error: unknown): void {
    if (this.state === 'growing') {
      this.invalidate(error);
    }
  }

  /** Ends it also for those who read what is complete: its rows are no longer to be used. */
  invalidate(error: unknown): void {
    this.failure = error;
    this.settle('failed');
  }

  async *stream(signal: AbortSignal, lent?: 'lent'): AsyncGenerator<StreamedBatch> {
    const memory = new MessageMemory(lent === 'lent');
    for await (const batch of this.follow(signal)) {
      yield { message: await this.read(batch, memory.take(batch.length)), rows: batch.rows };
    }
    memory.end();
  }

  /** Every batch from the first, those still to come included. Throws what the result failed with. */
  async *follow(signal?: AbortSignal): AsyncGenerator<SpoolBatch> {
    for (let next = 0; ;) {
      const batch = this.published[next];
      if (batch) {
        next++;
        yield batch;
      } else if (this.state === 'failed') {
        throw this.failure;
      } else if (this.state === 'complete') {
        return;
      } else {
        await this.changes.next(signal);
      }
      signal?.throwIfAborted();
    }
  }

  /** The bytes of one place, in `bytes`, which is as long. */
  async read(
    { offset, length }: Pick<SpoolBatch, 'offset' | 'length'>,
    bytes = new Uint8Array(length)
  ): Promise<Uint8Array> {
    for (let at = 0; at < length;) {
      const { bytesRead } = await this.file
        .read(bytes, at, length - at, offset + at)
        // A file that was closed under its reader has a better reason than that.
        .catch((error: unknown) => Promise.reject(this.state === 'failed' ? this.failure : error));
      if (bytesRead === 0) {
        throw new GatewayError('result-expired', 'The stored result is shorter than it was written.', {
          action: 'Run the query again.'
        });
      }
      at += bytesRead;
    }
    return bytes;
  }

  /** Closes the file and leaves it where it is. */
  async leave(): Promise<void> {
    await this.written.catch(() => undefined);
    await this.file.close();
  }

  /** Removes the file; a process that has mapped it keeps its rows. Idempotent. */
  async remove(): Promise<void> {
    if (this.state !== 'failed') {
      this.invalidate(GIVEN_UP);
    }
    await this.written.catch(() => undefined);
    await this.file.close().catch(() => undefined);
    await rm(this.place, { force: true });
  }

  private async write(pieces: readonly Uint8Array[], offset: number): Promise<void> {
    let at = offset;
    try {
      for (const group of groups(pieces)) {
        const { bytesWritten } = await this.file.writev(group, at);
        const expected = group.reduce((sum, piece) => sum + piece.length, 0);
        if (bytesWritten !== expected) {
          throw Object.assign(new Error('short write'), { code: 'ENOSPC' });
        }
        at += bytesWritten;
      }
    } catch (error) {
      throw diskFailure(error);
    }
  }

  private settle(state: 'complete' | 'failed'): void {
    this.state = state;
    this.changes.tell();
    // A result that is kept must not hold the memory of what has made it.
    const forget = () => {
      this.onPublish = () => undefined;
    };
    this.written.then(forget, forget);
  }
}

/** Throws when not all rows that the server sent have got somewhere. */
export function checkRowCount(sent: number, stored: number): void {
  if (sent !== stored) {
    throw new GatewayError('internal', `The server sent ${sent} rows but ${stored} were stored.`, {
      action: 'Run the query again; if it happens again, report it.'
    });
  }
}

/** Buffers that one `writev` takes at most (IOV_MAX on Linux). */
const PIECES_A_WRITE = 1024;

function* groups(pieces: readonly Uint8Array[]): Generator<Uint8Array[]> {
  for (let from = 0; from < pieces.length; from += PIECES_A_WRITE) {
    yield pieces.slice(from, from + PIECES_A_WRITE);
  }
}
