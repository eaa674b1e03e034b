import {
  AsyncByteQueue,
  Field,
  type RecordBatch,
  RecordBatchReader,
  RecordBatchStreamWriter,
  Schema,
  tableFromIPC
} from 'apache-arrow';

/** The mark that ends an Arrow IPC stream: continuation, then a metadata length of zero. */
export const END_OF_STREAM: Uint8Array = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** Keeps what a writer writes as it comes, without joining it. */
class Pieces extends AsyncByteQueue {
  private pieces: Uint8Array[] = [];

  override write(piece: Uint8Array): void {
    this.pieces.push(piece);
  }

  take(): readonly Uint8Array[] {
    const { pieces } = this;
    this.pieces = [];
    return pieces;
  }
}

/**
 * The same columns, named by their position. apache-arrow merges columns of equal names, which a statement may well have;
 * a record batch message carries no names, so batches are built and cut under these.
 */
export function positional(schema: Schema): Schema {
  return new Schema(schema.fields.map((field, index) => new Field(String(index), field.type, true)));
}

/** Encodes one result: its schema message, then a message for each batch, as a list of byte pieces. */
export class IpcEncoder {
  readonly schemaMessage: Uint8Array;
  private readonly pieces = new Pieces();
  private readonly writer = new RecordBatchStreamWriter({ autoDestroy: false });

  constructor(schema: Schema) {
    this.schemaMessage = encodeSchema(schema);
    this.writer.reset(this.pieces, positional(schema));
    this.pieces.take();
  }

  /** `batch` has the positional schema. */
  encode(batch: RecordBatch): readonly Uint8Array[] {
    this.writer.write(batch);
    return this.pieces.take();
  }
}

export function encodeSchema(schema: Schema): Uint8Array {
  const pieces = new Pieces();
  new RecordBatchStreamWriter({ autoDestroy: false }).reset(pieces, schema);
  return Buffer.concat(pieces.take());
}

export function decodeSchema(message: Uint8Array): Schema {
  return RecordBatchReader.from(message).open().schema;
}

/** The one batch of an encoded message, read back over the same bytes, under its positional schema. */
export function decodeBatch(schema: Schema, message: Uint8Array): RecordBatch {
  const [batch] = tableFromIPC([encodeSchema(positional(schema)), message, END_OF_STREAM]).batches;
  if (!batch) {
    throw new Error('An encoded record batch cannot be read back.');
  }
  return batch;
}
