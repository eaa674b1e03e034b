import { once } from 'node:events';
import net from 'node:net';

/** What the server does once the client has sent a message of this type (`Q`, `P`, `B` …). */
export type Script = (socket: net.Socket, type: string) => void;

/** One message of PostgreSQL's protocol. */
export function message(type: string, body: Buffer | string = '', length?: number): Buffer {
  const bytes = Buffer.from(body);
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(length ?? bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}

const READY = message('Z', 'I');
export const LOGGED_IN = Buffer.concat([
  message('R', Buffer.from([0, 0, 0, 0])),
  message('S', 'server_version\x0018.0\0'),
  message('K', Buffer.from([0, 0, 0, 7, 0, 0, 0, 7])),
  READY
]);
const IN_TRANSACTION = message('Z', 'T');
/** A row description with one column `n` of type int4. */
const ONE_COLUMN = Buffer.concat([
  Buffer.from([0, 1]),
  Buffer.from('n\0'),
  Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 23, 0, 4, 255, 255, 255, 255, 0, 0])
]);
export const DESCRIBED = Buffer.concat([
  message('3'),
  message('1'),
  message('t', Buffer.from([0, 0])),
  message('T', ONE_COLUMN),
  IN_TRANSACTION
]);
export const BOUND = message('2');
/** A row with the integer 1. */
export const ROW = message('D', Buffer.from([0, 1, 0, 0, 0, 4, 0, 0, 0, 1]));
export const COMPLETE = Buffer.concat([message('C', 'SELECT 1\0'), IN_TRANSACTION]);

/** A server that speaks the protocol as far as told, and then whatever the script says. */
export class ScriptedServer {
  /** CancelRequests that have come. */
  cancels = 0;
  private readonly sockets = new Set<net.Socket>();

  private constructor(
    private readonly server: net.Server,
    readonly port: number
  ) {}

  /** `script` answers instead of the server where it is called; `login` is what follows the startup message. */
  static async open(script: Script, login: Buffer | null = LOGGED_IN): Promise<ScriptedServer> {
    const server = net.createServer(socket => scripted.serve(socket, script, login));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const scripted = new ScriptedServer(server, (server.address() as net.AddressInfo).port);
    return scripted;
  }

  /** Connections that the client has left open. */
  get connections(): number {
    return this.sockets.size;
  }

  async close(): Promise<void> {
    this.sockets.forEach(socket => socket.destroy());
    this.server.close();
    await once(this.server, 'close');
  }

  private serve(socket: net.Socket, script: Script, login: Buffer | null): void {
    this.sockets.add(socket);
    let started = false;
    let rest = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      for (let end = messageEnd(rest, started); end > 0; end = messageEnd(rest, started)) {
        const head = rest.subarray(0, end);
        rest = rest.subarray(end);
        if (started) {
          script(socket, String.fromCharCode(head[0]!));
        } else if (head.readInt32BE(4) === CANCEL_REQUEST) {
          this.cancels++;
          socket.end();
        } else {
          started = true;
          socket.write(login ?? '');
        }
      }
    });
  }
}

const CANCEL_REQUEST = 80_877_102;

/** Where the first message ends, or 0 when it has not come in whole. */
function messageEnd(bytes: Buffer, started: boolean): number {
  const head = started ? 5 : 4;
  if (bytes.length < head) {
    return 0;
  }
  const end = bytes.readInt32BE(head - 4) + head - 4;
  return end <= bytes.length ? end : 0;
}

/** Answers as a well-behaved server with one integer column, except for the rows, which `rows` sends. */
export function behaved(rows: (socket: net.Socket) => void): Script {
  return (socket, type) => {
    if (type === 'Q') {
      socket.write(Buffer.concat([message('C', 'BEGIN\0'), IN_TRANSACTION]));
    } else if (type === 'D') {
      socket.write(DESCRIBED);
    } else if (type === 'E') {
      rows(socket);
    }
  };
}
