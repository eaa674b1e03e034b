import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { tableFromIPC, type Table } from 'apache-arrow';
import { type Parser } from '../../contract/parse';
import { JUPYTER_NAMESPACE } from '../../contract/routes';
import { failureOf, loginExpired, notUnderstood, unreachable } from './failure';
import { followStatus } from './follow';
import { polled } from './status-poll';
import { streamed } from './status-stream';

type Method = 'GET' | 'POST' | 'DELETE';

/** A browser opens six connections to an HTTP/1.1 host; these many may be held by streams. */
const MOST_STREAMS = 3;

interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/**
 * Requests to the gateway through the Jupyter server. Every method rejects with `GatewayFailure`, or with the signal's
 * reason when `signal` aborts it.
 */
export class GatewayHttp {
  /** For how long an unreachable server is tried again while a status is followed. */
  reconnectMs = 60_000;
  #streams = 0;

  constructor(private readonly settings: ServerConnection.ISettings) {}

  /** A path's address for a request that the browser makes by itself: where a token logs in, it has to carry it. */
  download(path: string, query: URLSearchParams): string {
    if (this.settings.token && this.settings.appendToken) query.set('token', this.settings.token);
    return `${this.address}/${path}?${query}`;
  }

  /** Each new status of what is at `path`, the final one last; by a stream, or by asking where streams are too many. */
  async *events<T extends { readonly state: string }>(
    path: string,
    parse: Parser<T>,
    subject: string,
    signal?: AbortSignal
  ): AsyncGenerator<T> {
    const { reconnectMs } = this;
    if (this.#streams >= MOST_STREAMS) {
      const read = () => this.json('GET', path, parse, { signal });
      yield* followStatus({ open: async () => polled(read, signal), subject, signal, reconnectMs });
      return;
    }
    this.#streams += 1;
    try {
      const open = async () => streamed(await this.send('GET', `${path}/events`, { signal }), parse, signal);
      yield* followStatus({ open, subject, signal, reconnectMs });
    } finally {
      this.#streams -= 1;
    }
  }

  async json<T>(method: Method, path: string, parse: Parser<T>, options: RequestOptions = {}): Promise<T> {
    const response = await this.send(method, path, options);
    return this.reading(response, options.signal, async () => parse(await response.json()));
  }

  /** The rows of a reply that is an Arrow IPC stream. */
  async table(path: string, signal?: AbortSignal): Promise<Table> {
    const response = await this.send('GET', path, { signal });
    return this.reading(response, signal, async () =>
      tableFromIPC(new Uint8Array(await response.arrayBuffer()))
    );
  }

  /** What `read` finds in a reply's body. */
  private async reading<T>(
    response: Response,
    signal: AbortSignal | undefined,
    read: () => Promise<T>
  ): Promise<T> {
    try {
      return await read();
    } catch (error) {
      signal?.throwIfAborted();
      throw notUnderstood(response.status, error);
    }
  }

  private get address(): string {
    return URLExt.join(this.settings.baseUrl, JUPYTER_NAMESPACE);
  }

  /** Resolves with a reply below 400 that is not a login page. */
  async send(method: Method, path: string, { signal, body }: RequestOptions = {}): Promise<Response> {
    const url = `${this.address}/${path}`;
    const init: RequestInit = {
      method,
      signal,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })
    };
    const response = await ServerConnection.makeRequest(url, init, this.settings).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw unreachable(error);
    });
    if (!response.ok) {
      throw await failureOf(response);
    }
    if (response.headers.get('Content-Type')?.startsWith('text/html')) {
      throw loginExpired(response.status);
    }
    return response;
  }
}
