import net from 'node:net';
import tls from 'node:tls';

/** Request code of the protocol (source: PostgreSQL protocol, "Message Formats"). */
const SSL_REQUEST = 80_877_103;

/** A server that a connection of `pg`'s was or would be on. */
export interface ServerPlace {
  /** Of this very server; a path is the directory of its Unix socket. */
  readonly address: string;
  /** The name that its certificate must carry. */
  readonly host: string;
  readonly port: number;
  /** Options of the connection's own TLS, or null when it has none. */
  readonly tls: tls.ConnectionOptions | null;
  readonly timeoutMs: number;
}

/**
 * A connection of our own beside that of `pg`, before any message of PostgreSQL's protocol but the request for TLS. Hands it
 * to `use` and destroys it afterwards. `question` is how errors name what was asked.
 */
export async function secondConnection<T>(
  place: ServerPlace,
  question: string,
  use: (socket: net.Socket) => Promise<T>
): Promise<T> {
  const { address, port } = place;
  const plain = address.startsWith('/')
    ? net.connect(`${address}/.s.PGSQL.${port}`)
    : net.connect(port, address);
  plain.setTimeout(place.timeoutMs, () =>
    plain.destroy(new Error(`The ${question} was not answered in time.`))
  );
  try {
    await event(plain, 'connect', question);
    return await use(place.tls ? await startTls(plain, place, question) : plain);
  } finally {
    plain.destroy();
  }
}

async function startTls(plain: net.Socket, { host, tls: options }: ServerPlace, question: string) {
  plain.write(message(SSL_REQUEST));
  const [answer] = await event(plain, 'data', question);
  if (!(answer instanceof Buffer) || answer.toString() !== 'S') {
    throw new Error(`The server refused TLS for a ${question}.`);
  }
  const secure = tls.connect({
    ...options,
    socket: plain,
    host,
    // SNI must not be an IP address (RFC 6066, section 3).
    ...(net.isIP(host) === 0 ? { servername: host } : {})
  });
  await event(secure, 'secureConnect', question);
  return secure;
}

/** A message without a type, as they are before the login: its length and numbers of four bytes. */
export function message(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + 4 * values.length);
  bytes.writeInt32BE(bytes.length, 0);
  values.forEach((value, index) => bytes.writeInt32BE(value, 4 + 4 * index));
  return bytes;
}

/** Resolves with what comes with the event `name`; rejects when the connection ends before it. */
export function event(socket: net.Socket, name: string, question: string): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    const onClose = () => reject(new Error(`The connection was closed before the ${question} was answered.`));
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
