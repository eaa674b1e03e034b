import type { Duplex } from 'node:stream';
import { CellLocator, type Cells } from './data-row';

const DATA_ROW = 0x44;
const HEADER_BYTES = 5;

/** What receives a result's rows. Must not keep `cells`: they are valid during the call only. */
export type RowSink = (cells: Cells) => void;

/**
 * Stands between a connection's socket and `pg`: DataRow messages go to a sink as located cells, all other
 * messages to `pg` as they are. Cuts at message borders only, so either side sees whole messages.
 */
export class MessageTap {
  private readonly forward: (bytes: Buffer) => void;
  private readonly onData = (chunk: Buffer) => this.receive(chunk);
  private parts: Buffer[] = [];
  private partBytes = 0;
  /** Bytes that must be there before it is worth looking again. */
  private wanted = HEADER_BYTES;
  private sink: RowSink | null = null;
  private locator: CellLocator | null = null;
  private onFault: (error: Error) => void = () => undefined;

  /** Takes over the socket of an idle connection for the rest of its life. */
  constructor(private readonly socket: Duplex) {
    const [listener, ...others] = socket.listeners('data');
    if (!listener || others.length > 0) {
      throw new Error(
        'The connection does not have exactly one reader; this version of pg is not supported.'
      );
    }
    socket.removeListener('data', listener as (chunk: Buffer) => void);
    this.forward = bytes => void Reflect.apply(listener, socket, [bytes]);
    socket.on('data', this.onData);
  }

  /**
   * Sends the rows that follow to `sink`. What `sink` or a malformed row throws goes to `onFault` once;
   * the rows after it are dropped, so that the connection stays in step.
   */
  divert(columns: number, sink: RowSink, onFault: (error: Error) => void): void {
    this.locator = new CellLocator(columns);
    this.sink = sink;
    this.onFault = onFault;
  }

  /** Drops the rows that follow. */
  discard(): void {
    this.sink = null;
    this.locator = null;
  }

  private receive(chunk: Buffer): void {
    this.parts.push(chunk);
    this.partBytes += chunk.length;
    if (this.partBytes < this.wanted) {
      return;
    }
    const bytes = this.parts.length === 1 ? chunk : Buffer.concat(this.parts, this.partBytes);
    const rest = this.split(bytes);
    this.parts = rest < bytes.length ? [bytes.subarray(rest)] : [];
    this.partBytes = bytes.length - rest;
  }

  /** Handles all whole messages of `bytes` and returns where the first incomplete one starts. */
  private split(bytes: Buffer): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let forwardFrom = 0;
    let at = 0;
    this.wanted = HEADER_BYTES;
    while (at + HEADER_BYTES <= bytes.length) {
      const length = view.getInt32(at + 1);
      if (length < 4) {
        this.socket.destroy(new Error('The server sent a message with an impossible length.'));
        return bytes.length;
      }
      const end = at + 1 + length;
      if (end > bytes.length) {
        this.wanted = end - at;
        break;
      }
      if (bytes[at] === DATA_ROW) {
        this.pass(bytes, forwardFrom, at);
        this.locate(bytes, view, at + HEADER_BYTES, end);
        forwardFrom = end;
      } else if (this.locator) {
        this.deliver(bytes, view);
      }
      at = end;
    }
    this.deliver(bytes, view);
    this.pass(bytes, forwardFrom, at);
    return at;
  }

  private pass(bytes: Buffer, from: number, to: number): void {
    if (to > from) {
      this.forward(bytes.subarray(from, to));
    }
  }

  private locate(bytes: Buffer, view: DataView, start: number, end: number): void {
    if (!this.locator) {
      return;
    }
    try {
      this.locator.add(bytes, view, start, end);
    } catch (error) {
      this.fault(error);
      return;
    }
    if (this.locator.full) {
      this.deliver(bytes, view);
    }
  }

  private deliver(bytes: Buffer, view: DataView): void {
    const cells = this.locator?.take(bytes, view);
    if (!cells || !this.sink) {
      return;
    }
    try {
      this.sink(cells);
    } catch (error) {
      this.fault(error);
    }
  }

  private fault(error: unknown): void {
    const { onFault } = this;
    this.discard();
    onFault(error instanceof Error ? error : new Error(String(error)));
  }
}
