import type { Exchange } from './router';

/** Changes are told at most this often. */
const EVENT_EVERY_MS = 100;
/** A comment now and then shows a proxy that the stream is alive. */
const KEEP_ALIVE_MS = 15_000;

/** Something that changes until it is final. */
export interface Watched<T> {
  readonly status: () => T;
  readonly final: (status: T) => boolean;
  readonly onChange: (listener: () => void) => () => void;
}

/** Server-sent events `status`: one now, one after each change, and the final one, which ends the stream. */
export async function sendEvents<T>({ response, gone }: Exchange, watched: Watched<T>): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const keepAlive = setInterval(() => response.write(': \n\n'), KEEP_ALIVE_MS);
  try {
    while (!gone.aborted) {
      const changed = change(watched, gone);
      const status = watched.status();
      response.write(`event: status\ndata: ${JSON.stringify(status)}\n\n`);
      if (watched.final(status)) {
        break;
      }
      await changed;
      if (!watched.final(watched.status())) {
        await new Promise(resolve => setTimeout(resolve, EVENT_EVERY_MS));
      }
    }
  } finally {
    clearInterval(keepAlive);
    response.end();
  }
}

function change<T>(watched: Watched<T>, gone: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      stop();
      gone.removeEventListener('abort', done);
      resolve();
    };
    const stop = watched.onChange(done);
    gone.addEventListener('abort', done);
  });
}
