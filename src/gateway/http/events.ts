import type { Exchange } from './router';

/** A comment now and then shows a proxy that the stream is alive. */
const KEEP_ALIVE_MS = 15_000;

/** Server-sent events `status`, one for each of `statuses`; the stream ends with them. */
export async function sendEvents(
  { response, gone }: Exchange,
  statuses: AsyncIterable<unknown>
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const keepAlive = setInterval(() => response.write(': \n\n'), KEEP_ALIVE_MS);
  try {
    for await (const status of statuses) {
      if (gone.aborted) {
        break;
      }
      response.write(`event: status\ndata: ${JSON.stringify(status)}\n\n`);
    }
  } finally {
    clearInterval(keepAlive);
    response.end();
  }
}
