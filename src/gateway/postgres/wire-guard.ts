import type { Connection } from 'pg';

/** What a server may say before it has let us in; a real one needs some hundred bytes. */
const LOGIN_BYTES = 256 * 1024;

/** The server sent what PostgreSQL's protocol does not allow. */
export class ProtocolFault extends Error {
  override readonly name = 'ProtocolFault';
}

/**
 * Stands before `pg`'s reader for the life of a connection: what makes it throw ends this connection and not the
 * process. Call before `connect`; the returned function says that the login is over.
 */
export function guardWire(connection: Connection, encrypted: boolean): () => void {
  let left = LOGIN_BYTES;
  connection.once(encrypted ? 'sslconnect' : 'connect', () => {
    const { stream } = connection;
    const [listener] = stream.listeners('data');
    if (!listener) {
      throw new Error('The connection has no reader; this version of pg is not supported.');
    }
    stream.removeListener('data', listener as (chunk: Buffer) => void);
    stream.on('data', (chunk: Buffer) => {
      if (stream.destroyed) {
        return;
      }
      left -= chunk.length;
      if (left < 0) {
        stream.destroy(new ProtocolFault('The server does not come to the end of the login.'));
        return;
      }
      try {
        Reflect.apply(listener, stream, [chunk]);
      } catch (error) {
        stream.destroy(new ProtocolFault('The server sent a message that cannot be read.', { cause: error }));
      }
    });
  });
  return () => (left = Infinity);
}
