import { once } from 'node:events';
import http from 'node:http';
import { type AddressInfo } from 'node:net';
import { ServerConnection } from '@jupyterlab/services';

export interface Exchange {
  readonly method: string;
  /** Path below the server's root, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  readonly response: http.ServerResponse;
}

/** An HTTP server on loopback that answers as `answer` says; `requests` holds all it was asked. */
export class ContractServer {
  readonly requests: Exchange[] = [];
  private readonly server = http.createServer((request, response) => void this.serve(request, response));

  private constructor(private readonly answer: (exchange: Exchange) => void) {}

  static async start(answer: (exchange: Exchange) => void): Promise<ContractServer> {
    const started = new ContractServer(answer);
    started.server.listen(0, '127.0.0.1');
    await once(started.server, 'listening');
    return started;
  }

  get settings(): ServerConnection.ISettings {
    const { port } = this.server.address() as AddressInfo;
    return ServerConnection.makeSettings({ baseUrl: `http://127.0.0.1:${port}/`, token: 'test-token' });
  }

  asked(path: string): Exchange[] {
    return this.requests.filter(request => request.path === path);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    let body = '';
    for await (const chunk of request) {
      body += String(chunk);
    }
    const exchange: Exchange = {
      method: request.method ?? 'GET',
      path: url.pathname.slice(1),
      query: url.searchParams,
      headers: request.headers,
      body,
      response
    };
    this.requests.push(exchange);
    this.answer(exchange);
  }
}

export function sendJson(response: http.ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

export function sendError(
  response: http.ServerResponse,
  status: number,
  code: string,
  message: string,
  action: string | null = null
): void {
  const nothing = { subject: null, detail: null, hint: null, position: null, sqlstate: null };
  sendJson(response, { error: { ...nothing, code, message, action } }, status);
}
