import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorCode } from '../../contract/errors';
import { ContractError, type Parser } from '../../contract/parse';
import { GatewayError, toErrorBody } from '../gateway-error';

/** Requests are statements, not data: more than this is a mistake. */
const BODY_LIMIT_BYTES = 16 * 2 ** 20;

/** One request while it is answered. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What `{id}` of the route matched, else empty. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** Aborted when the client goes away before the reply is complete. */
  readonly gone: AbortSignal;
}

type Handler = (exchange: Exchange) => Promise<void>;

/** Method and path with `{id}` for one segment, such as `GET v1/queries/{id}`. */
export type Routes = Readonly<Record<string, Handler>>;

/** Status of the reply for a code; what is not listed is the fault of the statement or of its surroundings. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  'bad-request': 400,
  'not-found': 404,
  'result-expired': 410,
  'gateway-unavailable': 503,
  internal: 500
};

/** Answers every request: by its handler, or with the error body of whatever the handler throws. */
export function router(routes: Routes, log: (line: string) => void) {
  const compiled = Object.entries(routes).map(([route, handler]) => {
    const [method = '', path = ''] = route.split(' ');
    return {
      method,
      pattern: new RegExp(`^/${path.replace('{id}', '([0-9a-f-]+|replica-[0-9a-z-]+)')}$`),
      handler
    };
  });
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) {
        gone.abort();
      }
    });
    try {
      const url = parseUrl(request.url ?? '/');
      const found = compiled.find(
        ({ method, pattern }) => method === request.method && pattern.test(url.pathname)
      );
      if (!found) {
        throw new GatewayError('not-found', `There is no ${request.method} ${url.pathname}.`);
      }
      const [, id = ''] = found.pattern.exec(url.pathname) ?? [];
      await found.handler({ request, response, id, query: url.searchParams, gone: gone.signal });
    } catch (error) {
      if (!gone.signal.aborted) {
        fail(response, error, log);
      }
    }
  };
}

export function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** Resolves once the system has `bytes`, so that they may be written over; rejects when the reader is gone. */
export function taken(response: ServerResponse, bytes: Uint8Array, gone: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(gone.reason);
    gone.addEventListener('abort', leave, { once: true });
    response.write(bytes, error => {
      gone.removeEventListener('abort', leave);
      if (error) {
        reject(error);
      } else {
        resolve();
      }
    });
  });
}

/** The request's JSON body as the contract has it. Throws `bad-request`. */
export async function readBody<T>(request: IncomingMessage, parse: Parser<T>): Promise<T> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > BODY_LIMIT_BYTES) {
      throw new GatewayError('bad-request', 'The request is larger than 16 MB.');
    }
    chunks.push(bytes);
  }
  try {
    return parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  } catch (error) {
    if (error instanceof ContractError || error instanceof SyntaxError) {
      throw new GatewayError('bad-request', `The request cannot be read: ${error.message}.`, {}, error);
    }
    throw error;
  }
}

function parseUrl(target: string): URL {
  try {
    return new URL(`http://gateway${target}`);
  } catch (error) {
    throw new GatewayError('bad-request', 'The address of the request cannot be read.', {}, error);
  }
}

function fail(response: ServerResponse, error: unknown, log: (line: string) => void): void {
  const body = toErrorBody(error);
  if (body.code === 'internal') {
    log(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  if (response.headersSent) {
    // The reply has begun: a broken stream is the only sign left that it is not whole.
    response.destroy();
    return;
  }
  reply(response, STATUS[body.code] ?? 422, { error: body });
}
