import net from 'node:net';
import tls from 'node:tls';

/** Request codes of the protocol (source: PostgreSQL protocol, "Message Formats"). */
const SSL_REQUEST = 80_877_103;
const CANCEL_REQUEST = 80_877_102;

export interface CancelTarget {
  /** Of the very server that runs the backend; a path is the directory of its Unix socket. */
  readonly address: string;
  /** The name that its certificate must carry. */
  readonly host: string;
  readonly port: number;
  readonly processId: number;
  readonly secretKey: number;
  /** Options of the connection's own TLS, or null when it has none. */
  readonly tls: tls.ConnectionOptions | null;
  readonly timeoutMs: number;
}

/** Asks the server to end what the backend is doing. Resolves once the server has passed the request on. */
export async function sendCancelRequest(target: CancelTarget): Promise<void> {
  const { address, port } = target;
  const plain = address.startsWith('/')
    ? net.connect(`${address}/.s.PGSQL.${port}`)
    : net.connect(port, address);
  plain.setTimeout(target.timeoutMs, () =>
    plain.destroy(new Error('The cancel request was not answered in time.'))
  );
  try {
    await event(plain, 'connect');
    const socket = target.tls ? await startTls(plain, target) : plain;
    // Not `end`: a proxy on the way would answer the half-close before the server has had the request, and a request that is
    // still on its way ends the next statement.
    socket.write(message(CANCEL_REQUEST, target.processId, target.secretKey));
    socket.resume();
    await event(socket, 'close');
  } finally {
    plain.destroy();
  }
}

async function startTls(plain: net.Socket, target: CancelTarget): Promise<tls.TLSSocket> {
  plain.write(message(SSL_REQUEST));
  const [answer] = await event(plain, 'data');
  if (!(answer instanceof Buffer) || answer.toString() !== 'S') {
    throw new Error('The server refused TLS for a cancel request.');
  }
  const secure = tls.connect({
    ...target.tls,
    socket: plain,
    host: target.host,
    // SNI must not be an IP address (RFC 6066, section 3).
    ...(net.isIP(target.host) === 0 ? { servername: target.host } : {})
  });
  await event(secure, 'secureConnect');
  return secure;
}

function message(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + 4 * values.length);
  bytes.writeInt32BE(bytes.length, 0);
  values.forEach((value, index) => bytes.writeInt32BE(value, 4 + 4 * index));
  return bytes;
}

function event(socket: net.Socket, name: string): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    const onClose = () =>
      reject(new Error('The connection was closed before the cancel request was answered.'));
    socket.once(name, (...values: unknown[]) => {
      socket.removeListener('error', reject);
      socket.removeListener('close', onClose);
      resolve(values);
    });
    if (name !== 'close') {
      socket.once('close', onClose);
    }
    // A reset while the server closes after a cancel request still means that it was taken.
    socket.once('error', (error: NodeJS.ErrnoException) =>
      name === 'close' && error.code === 'ECONNRESET' ? resolve([]) : reject(error)
    );
  });
}
