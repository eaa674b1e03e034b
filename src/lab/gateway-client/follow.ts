import { type Parser } from '../../contract/parse';
import { isFinal } from '../../contract/query';
import { forgotten, GatewayFailure, notUnderstood, unreachable } from './failure';
import { serverSentEvents } from './server-sent-events';

interface Followed<T> {
  /** Opens the stream of events anew. */
  readonly open: () => Promise<Response>;
  readonly parse: Parser<T>;
  /** What is followed, for messages. */
  readonly subject: string;
  readonly signal: AbortSignal | undefined;
  /** For how long an unreachable server is tried again. */
  readonly reconnectMs: number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Each `status` event up to the final one. A stream that breaks is opened again while the network
 * is away; a gateway that has ended took what it ran with it, which is told at once.
 */
export async function* followStatus<T extends { readonly state: string }>(
  followed: Followed<T>
): AsyncGenerator<T> {
  const { signal, subject, reconnectMs } = followed;
  let known = false;
  let pauseMs = FIRST_PAUSE_MS;
  let brokenSince: number | null = null;
  for (;;) {
    try {
      for await (const status of statuses(await followed.open(), followed)) {
        known = true;
        pauseMs = FIRST_PAUSE_MS;
        brokenSince = null;
        yield status;
        if (isFinal(status)) {
          return;
        }
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (known && error instanceof GatewayFailure && (error.status === 404 || error.status === 410)) {
        throw forgotten(subject, error);
      }
      brokenSince ??= Date.now();
      if (!isNetworkFailure(error) || Date.now() - brokenSince > reconnectMs) {
        throw error;
      }
    }
    await pause(pauseMs, signal);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
}

async function* statuses<T>(response: Response, { parse, signal }: Followed<T>): AsyncGenerator<T> {
  if (!response.body) {
    throw notUnderstood(response.status, null);
  }
  const events = serverSentEvents(response.body);
  try {
    for (;;) {
      const next = await events.next().catch((error: unknown) => {
        signal?.throwIfAborted();
        throw unreachable(error);
      });
      if (next.done) {
        return;
      }
      if (next.value.name === 'status') {
        yield parsed(next.value.data, response, parse);
      }
    }
  } finally {
    await events.return(undefined);
  }
}

function parsed<T>(data: string, response: Response, parse: Parser<T>): T {
  try {
    return parse(JSON.parse(data));
  } catch (error) {
    throw notUnderstood(response.status, error);
  }
}

const isNetworkFailure = (error: unknown): boolean =>
  error instanceof GatewayFailure && error.status === null;

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) {
      abort();
    }
  });
}
