import { GatewayError } from '../gateway-error';
import { releaseMemory } from '../release-memory';
import type { RowBatch } from '../results/row-source';
import type { EncodedRowGroup, RowGroupWork } from './encoder';
import type { EncoderPool } from './encoder-pool';
import type { Encoding } from './worker-messages';

/** A row group ends before the batch that would take it beyond one of them. */
export interface RowGroupLimits {
  readonly rows: number;
  /** Of Arrow IPC. One batch larger than this makes a row group of its own. */
  readonly bytes: number;
  /** Of what the encoder makes of it, as far as earlier row groups let expect. */
  readonly encodedBytes: number;
}

interface RowGroup {
  readonly work: RowGroupWork;
  rows: number;
  arrowBytes: number;
  /** Asked for once no batch follows. */
  result: Promise<EncodedRowGroup> | null;
  ready: boolean;
}

/** What files take of Arrow's bytes, as long as no row group tells; few take more. */
const USUAL_SHARE = 0.5;

/**
 * The row groups of one file on their way through the encoders, in order. Throws GatewayError `export-incomplete`, also
 * when a row group comes back with other than the rows that it was given, or what `abandon` was given.
 */
export class EncodingLine {
  /** Those that have not come out; batches go to the last one as long as it is not complete. */
  readonly #rowGroups: RowGroup[] = [];
  /** Those that have come out and may still be read. */
  readonly #given: EncodedRowGroup[] = [];
  readonly #release: () => void;
  #rows = 0;
  #arrowBytes = 0;
  #encodedBytes = 0;

  /** `schema` is an encapsulated Arrow message. */
  constructor(
    private readonly schema: Uint8Array,
    private readonly encoders: EncoderPool,
    private readonly encoding: Encoding,
    private readonly limits: RowGroupLimits
  ) {
    this.#release = encoders.retain();
  }

  /** Rows given to `add`. */
  get rows(): number {
    return this.#rows;
  }

  /** About what the row groups that are still inside will have. */
  get expectedBytes(): number {
    return this.#share * this.#rowGroups.reduce((sum, { arrowBytes }) => sum + arrowBytes, 0);
  }

  /** Takes a batch, whose bytes are copied before this waits, and gives what is ready by then. */
  async add({ message, rows }: RowBatch): Promise<readonly EncodedRowGroup[]> {
    const rowGroup = this.#roomFor(message.length, rows);
    rowGroup.rows += rows;
    rowGroup.arrowBytes += message.length;
    this.#rows += rows;
    await rowGroup.work.add(message);
    return this.#ready(this.encoders.size);
  }

  /** The rest. Without any batch there is one row group, which is empty. */
  async finish(): Promise<readonly EncodedRowGroup[]> {
    complete(this.#rows === 0 ? this.#begin() : this.#rowGroups.at(-1));
    const ready = await this.#ready(0);
    this.#release();
    return ready;
  }

  /** Nothing happens when it is finished. */
  abandon(reason: unknown): void {
    this.#rowGroups.splice(0).forEach(({ work }) => work.abandon(reason));
    this.#release();
  }

  /** Gives back the memory of what has come out. */
  releaseGiven(): void {
    this.#given.splice(0).forEach(({ encoded }) => releaseMemory(encoded.buffer));
  }

  /** What the encoder makes of a byte of Arrow. */
  get #share(): number {
    return this.#arrowBytes > 0 ? this.#encodedBytes / this.#arrowBytes : USUAL_SHARE;
  }

  #roomFor(bytes: number, rows: number): RowGroup {
    const last = this.#rowGroups.at(-1);
    const most = Math.min(this.limits.bytes, this.limits.encodedBytes / this.#share);
    if (last && !last.result && last.rows + rows <= this.limits.rows && last.arrowBytes + bytes <= most) {
      return last;
    }
    complete(last);
    return this.#begin();
  }

  #begin(): RowGroup {
    const work = this.encoders.begin(this.schema, this.encoding);
    const rowGroup = { work, rows: 0, arrowBytes: 0, result: null, ready: false };
    this.#rowGroups.push(rowGroup);
    return rowGroup;
  }

  /** The first row groups that are encoded; waits for them while more than `waiting` are complete. */
  async #ready(waiting: number): Promise<readonly EncodedRowGroup[]> {
    const ready: EncodedRowGroup[] = [];
    for (let first = this.#rowGroups[0]; first?.result; first = this.#rowGroups[0]) {
      const complete = this.#rowGroups.filter(({ result }) => result !== null).length;
      if (!first.ready && complete <= waiting) {
        break;
      }
      const result = await first.result;
      if (result.rows !== first.rows) {
        throw incomplete(first.rows, result.rows);
      }
      this.#rowGroups.shift();
      this.#arrowBytes += first.arrowBytes;
      this.#encodedBytes += result.encoded.length;
      ready.push(result);
      this.#given.push(result);
    }
    return ready;
  }
}

function complete(rowGroup: RowGroup | undefined): void {
  if (rowGroup && !rowGroup.result) {
    rowGroup.result = rowGroup.work.finish();
    const ready = () => (rowGroup.ready = true);
    rowGroup.result.then(ready, ready);
  }
}

function incomplete(rows: number, encoded: number): GatewayError {
  return new GatewayError('export-incomplete', `${rows} rows were to be encoded, but ${encoded} were.`, {
    action: 'Export again; if it happens again, report it with the query.'
  });
}
