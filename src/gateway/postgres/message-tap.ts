import type { Duplex } from 'node:stream';
import { CellLocator, type Cells } from './data-row';

const DATA_ROW = 0x44;
const HEADER_BYTES = 5;
/** What gathers at least before it is looked at within one turn of the event loop. */
const GATHER_BYTES = 256 * 1024;
/**
 * So long the rows that the server is sending are left to the kernel's buffer, which takes a few hundred kilobytes. The server sends 8 KB
 * at a time, and to wake for each costs more than to read them.
 */
const MORE_ROWS_MS = 1;
/** PostgreSQL makes no larger message (MaxAllocSize, src/include/utils/memutils.h). */
const LARGEST_MESSAGE_BYTES = 2 ** 30;

/** What receives a result's rows. Must not keep `cells`: they are valid during the call only. */
export type RowSink = (cells: Cells) => void;

/**
 * Stands between a connection's socket and `pg`: DataRow messages go to a sink as located cells, all other
 * messages to `pg` as they are. Cuts at message borders only, so either side sees whole messages.
 *
 * A TLS socket gives 16 KB at a time, some fifty rows; what comes in one turn of the event loop is therefore gathered,
 * so that the cost of turning to the next column is shared by many rows.
 */
export class MessageTap {
  private readonly forward: (bytes: Buffer) => void;
  private gathered = Buffer.allocUnsafeSlow(2 * GATHER_BYTES);
  private used = 0;
  /** Bytes that must be there before it is worth looking again. */
  private wanted = HEADER_BYTES;
  private turn: NodeJS.Immediate | null = null;
  private isPaused = false;
  private resting = false;
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
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    // The server's last words come before the news that the connection has ended.
    for (const ending of ['end', 'error', 'close']) {
      socket.prependListener(ending, () => this.look());
    }
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

  /** Reads no more until `resume`, but for what has been read already. */
  pause(): void {
    this.isPaused = true;
    this.socket.pause();
  }

  resume(): void {
    this.isPaused = false;
    if (!this.resting) {
      this.socket.resume();
    }
  }

  /** Reads nothing until `over` calls what it is given. */
  private rest(over: (goOn: () => void) => unknown): void {
    if (this.isPaused || this.resting) {
      return;
    }
    this.socket.pause();
    this.resting = true;
    over(() => {
      this.resting = false;
      if (!this.isPaused) {
        this.socket.resume();
      }
    });
  }

  private receive(chunk: Buffer): void {
    if (this.used + chunk.length > this.gathered.length) {
      this.resize(this.used + chunk.length);
    }
    this.gathered.set(chunk, this.used);
    this.used += chunk.length;
    if (this.used < this.wanted) {
      return;
    }
    if (this.used >= GATHER_BYTES) {
      this.look();
      // libuv would read on for megabytes, and whoever asks the gateway something else meanwhile would wait.
      this.rest(setImmediate);
    } else {
      this.turn ??= setImmediate(() => this.turnOver());
    }
  }

  /** All that came in this turn is here. Of rows that come slower than they are taken, some more are awaited. */
  private turnOver(): void {
    this.look();
    if (this.sink) {
      this.rest(goOn => setTimeout(goOn, MORE_ROWS_MS));
    }
  }

  /** Handles all whole messages that have come, and keeps the start of the next one. */
  private look(): void {
    if (this.turn) {
      clearImmediate(this.turn);
      this.turn = null;
    }
    if (this.used < this.wanted) {
      return;
    }
    const bytes = this.gathered.subarray(0, this.used);
    const rest = this.split(bytes);
    this.used = bytes.length - rest;
    if (this.gathered.length > 2 * GATHER_BYTES && this.used < GATHER_BYTES) {
      this.gathered = Buffer.allocUnsafeSlow(2 * GATHER_BYTES);
    }
    this.gathered.set(bytes.subarray(rest), 0);
  }

  /** Makes room for a message that is larger than what is gathered otherwise, as its bytes come in. */
  private resize(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.gathered.length, bytes));
    larger.set(this.gathered.subarray(0, this.used));
    this.gathered = larger;
  }

  /** Handles all whole messages of `bytes` and returns where the first incomplete one starts. */
  private split(bytes: Buffer): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let forwardFrom = 0;
    let at = 0;
    this.wanted = HEADER_BYTES;
    while (at + HEADER_BYTES <= bytes.length) {
      const length = view.getInt32(at + 1);
      if (length < 4 || length > LARGEST_MESSAGE_BYTES) {
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

  /** A copy, since `pg` may keep parts of a message and `gathered` is written over. */
  private pass(bytes: Buffer, from: number, to: number): void {
    if (to > from) {
      this.forward(Buffer.from(bytes.subarray(from, to)));
    }
  }

  private locate(bytes: Buffer, view: DataView, start: number, end: number): void {
    if (!this.locator) {
      return;
    }
    try {
      this.locator.add(view, start, end);
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
