import { isFinal } from '../../contract/query';
import { forgotten, GatewayFailure } from './failure';
import { pause } from './pause';

interface Followed<T> {
  /** Begins anew to tell each status. */
  readonly open: () => Promise<AsyncIterable<T>>;
  /** What is followed, for messages. */
  readonly subject: string;
  readonly signal: AbortSignal | undefined;
  /** For how long an unreachable server is tried again. */
  readonly reconnectMs: number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Each status up to the final one. A stream that breaks is opened again while the network
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
      for await (const status of await followed.open()) {
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

const isNetworkFailure = (error: unknown): boolean =>
  error instanceof GatewayFailure && error.status === null;
