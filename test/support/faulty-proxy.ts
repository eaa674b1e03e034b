import { once } from 'node:events';
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  createServer,
  request as forward
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a request looks like to whoever decides about its fate. */
export interface Seen {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Requests seen before this one. */
  readonly count: number;
}

export type Fate =
  | { readonly kind: 'answer'; readonly status: number; readonly code: string; readonly message?: string }
  /** The connection is reset after some of the body was taken. */
  | { readonly kind: 'drop' }
  /** The request is done, and its answer lost. */
  | { readonly kind: 'lose' }
  /** The answer has other headers than S3 gave it. */
  | { readonly kind: 'alter'; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'wait'; readonly until: Promise<unknown> };

/** An HTTP proxy before the emulated S3 that gives requests the fates that AWS and networks have. */
export class FaultyProxy {
  fate: (seen: Seen) => Fate | null = () => null;
  readonly seen: Seen[] = [];

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    private readonly target: URL,
    readonly endpoint: string
  ) {}

  static async open(target: string): Promise<FaultyProxy> {
    const server = createServer((request, reply) => void proxy.handle(request, reply));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const proxy = new FaultyProxy(server, new URL(target), `http://127.0.0.1:${port}`);
    return proxy;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async handle(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const seen = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      count: this.seen.length
    };
    this.seen.push(seen);
    const fate = this.fate(seen);
    if (fate?.kind === 'drop') {
      request.once('data', () => request.socket.resetAndDestroy());
      request.once('end', () => request.socket.resetAndDestroy());
      return;
    }
    if (fate?.kind === 'wait') {
      await fate.until;
    }
    if (fate?.kind === 'answer') {
      request.resume().on('end', () => {
        reply.writeHead(fate.status, { 'content-type': 'application/xml' });
        reply.end(`<Error><Code>${fate.code}</Code><Message>${fate.message ?? fate.code}</Message></Error>`);
      });
      return;
    }
    const { hostname, port } = this.target;
    const { method, url, headers } = request;
    const upstream = forward({ hostname, port, method, path: url, headers }, answer => {
      if (fate?.kind === 'lose') {
        answer.resume().on('end', () => request.socket.resetAndDestroy());
        return;
      }
      reply.writeHead(answer.statusCode ?? 502, {
        ...answer.headers,
        ...(fate?.kind === 'alter' ? fate.headers : {})
      });
      answer.pipe(reply);
    });
    upstream.on('error', () => request.socket.destroy());
    reply.on('close', () => upstream.destroy());
    request.pipe(upstream);
  }
}
