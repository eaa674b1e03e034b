import { type Parser } from '../../contract/parse';
import { notUnderstood, unreachable } from './failure';
import { serverSentEvents } from './server-sent-events';

/** The status of each `status` event of a reply, up to its end. Leaving the loop closes the connection. */
export async function* streamed<T>(
  response: Response,
  parse: Parser<T>,
  signal: AbortSignal | undefined
): AsyncGenerator<T> {
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
