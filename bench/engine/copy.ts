import type { Connection, Submittable } from 'pg';
import type { Duplex } from 'node:stream';
import { connectPlain, type Reader, type ReplicaAccess } from './reader';

/** The limit: COPY in binary form, whose bytes are found and dropped. No reader of rows can be much faster. */
export async function openCopy(access: ReplicaAccess, table: string): Promise<Reader> {
  const client = await connectPlain(access);
  dropCopyData(client.connection.stream);
  return {
    read: () => client.query(new CopyOut(`COPY (SELECT * FROM ${table}) TO STDOUT (FORMAT binary)`)).rows,
    close: () => client.end()
  };
}

/** Resolves with the rows that CommandComplete counts. */
class CopyOut implements Submittable {
  readonly rows: Promise<number>;
  private resolve!: (rows: number) => void;
  private reject!: (error: Error) => void;
  private command = '';

  constructor(private readonly sql: string) {
    this.rows = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  submit(connection: Connection): void {
    connection.query(this.sql);
  }

  handleError(error: Error): void {
    this.reject(error);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.command = text;
  }

  handleReadyForQuery(): void {
    this.resolve(Number(this.command.replace('COPY ', '')));
  }
}

const COPY_DATA = 0x64;
const HEADER_BYTES = 5;

/** Keeps CopyData messages from `pg`, which would make an object of each; all others reach it. */
function dropCopyData(socket: Duplex): void {
  const [listener] = socket.listeners('data');
  if (!listener) {
    throw new Error('The connection has no reader; this version of pg is not supported.');
  }
  socket.removeAllListeners('data');
  let skip = 0;
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    const skipped = Math.min(skip, chunk.length);
    skip -= skipped;
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk.subarray(skipped);
    let at = 0;
    while (at + HEADER_BYTES <= bytes.length) {
      const end = at + 1 + bytes.readInt32BE(at + 1);
      if (bytes[at] === COPY_DATA) {
        skip = Math.max(0, end - bytes.length);
      } else if (end <= bytes.length) {
        Reflect.apply(listener, socket, [bytes.subarray(at, end)]);
      } else {
        break;
      }
      at = Math.min(end, bytes.length);
    }
    rest = bytes.subarray(at);
  });
}
