import {
  AsyncByteQueue,
  type RecordBatch,
  RecordBatchStreamWriter,
  type Schema,
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

/** Encodes one result: its schema message, then a message for each batch. Each is a list of byte pieces. */
export class IpcEncoder {
  readonly schemaMessage: Uint8Array;
  private readonly pieces = new Pieces();
  private readonly writer = new RecordBatchStreamWriter({ autoDestroy: false });

  constructor(schema: Schema) {
    this.writer.reset(this.pieces, schema);
    this.schemaMessage = Buffer.concat(this.pieces.take());
  }

  encode(batch: RecordBatch): readonly Uint8Array[] {
    this.writer.write(batch);
    return this.pieces.take();
  }
}

/** The one batch of an encoded message, read back over the same bytes. */
export function decodeBatch(schemaMessage: Uint8Array, message: Uint8Array): RecordBatch {
  const [batch] = tableFromIPC([schemaMessage, message, END_OF_STREAM]).batches;
  if (!batch) {
    throw new Error('An encoded record batch cannot be read back.');
  }
  return batch;
}
