import { pause } from './pause';

const POLL_MS = 1_000;

/** A status a second, which holds no connection in between; never ends of itself. */
export async function* polled<T>(read: () => Promise<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  for (;;) {
    yield await read();
    await pause(POLL_MS, signal);
  }
}
