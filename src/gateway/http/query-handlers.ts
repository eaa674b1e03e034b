import { parseQueryRequest } from '../../contract/query';
import { ARROW_STREAM, ROUTES } from '../../contract/routes';
import type { ActivityLog } from '../activity';
import { END_OF_STREAM } from '../arrow/ipc';
import type { Queries } from '../query';
import { readExcerpt, readPage } from '../results/page';
import type { Result } from '../results/result';
import { type RowStream, STARTED_OVER, type StreamedBatch } from '../results/row-stream';
import type { ResultStore } from '../results/store';
import { described, reading, stored } from '../results/stored-rows';
import type { Views } from '../views/views';
import { sendEvents } from './events';
import { columnsOf, whole } from './query-parts';
import { type Exchange, readBody, reply, type Routes, taken } from './router';

/** A page is for a screen. */
const PAGE_ROWS = 10_000;
/** A query that ends with its readers must get its first reader within this time. */
const FIRST_READER_MS = 30_000;
/** A reader that comes back within this time, as after a broken connection, finds its query still running. */
const READER_BACK_MS = 1_000;

export function queryRoutes(
  queries: Pick<Queries, 'start'>,
  store: ResultStore,
  activity: ActivityLog,
  views: Views
): Routes {
  const all = ROUTES.queries;
  return {
    [`POST ${all}`]: async ({ request, response }) => {
      const result = queries.start(await readBody(request, parseQueryRequest));
      void result.until().then(() => activity.work());
      cancelUnread(result, FIRST_READER_MS);
      reply(response, 201, result.status());
    },
    [`GET ${all}`]: async ({ response }) =>
      reply(response, 200, { queries: store.running().map(result => result.status()) }),
    [`GET ${all}/{id}`]: async ({ response, id }) => reply(response, 200, store.get(id).status()),
    [`DELETE ${all}/{id}`]: async ({ response, id }) => {
      await store.release(id);
      response.writeHead(204).end();
    },
    [`POST ${all}/{id}/cancel`]: async ({ response, id }) => {
      const result = store.get(id);
      result.cancel();
      await result.until();
      reply(response, 200, result.status());
    },
    [`GET ${all}/{id}/events`]: async exchange => {
      const result = store.get(exchange.id);
      await watching(result, () => sendEvents(exchange, result.follow(exchange.gone)));
    },
    [`GET ${all}/{id}/rows`]: async ({ response, id, query, gone }) => {
      const offset = whole(query, 'offset', 0);
      const limit = Math.min(whole(query, 'limit', PAGE_ROWS), PAGE_ROWS);
      const result = store.get(id);
      const page = await reading(result, async () => {
        const spool = await stored(result, offset, gone);
        const viewId = query.get('view');
        if (viewId === null && !query.has('columns') && !query.has('cut')) {
          return readPage(spool, offset, limit);
        }
        const excerpt = { columns: columnsOf(query, spool.schema), isCut: query.has('cut') };
        return viewId === null
          ? readExcerpt(spool, offset, limit, excerpt)
          : views.page(result, spool, { viewId, offset, limit, ...excerpt }, gone);
      });
      response.writeHead(200, { 'content-type': ARROW_STREAM, 'cache-control': 'no-store' });
      response.end(page);
    },
    [`GET ${all}/{id}/arrow`]: async exchange => {
      const result = store.get(exchange.id);
      await watching(result, () => reading(result, () => sendAll(exchange, result)));
    }
  };
}

/**
 * The whole result while it grows. A result that fails breaks the stream off; its status tells why. As soon as rows are
 * on their way the statement cannot be run again unnoticed; until then this begins again with it.
 */
async function sendAll(exchange: Exchange, result: Result): Promise<void> {
  while (!(await sendStream(exchange, result, await described(result, exchange.gone)))) {
    // Another run of the statement has taken the place of this one.
  }
}

/** False when the statement was run again before a row of this run was sent. */
async function sendStream({ response, gone }: Exchange, result: Result, rows: RowStream): Promise<boolean> {
  const batches = rows.stream(gone, 'lent');
  let next: IteratorResult<StreamedBatch, void>;
  try {
    next = await batches.next();
  } catch (error) {
    if (error === STARTED_OVER) {
      return false;
    }
    throw error;
  }
  result.streams++;
  try {
    response.writeHead(200, { 'content-type': ARROW_STREAM, 'cache-control': 'no-store' });
    response.write(rows.schemaMessage);
    for (; !next.done; next = await batches.next()) {
      await taken(response, next.value.message, gone);
    }
    response.end(END_OF_STREAM);
    return true;
  } finally {
    result.streams--;
  }
}

/** Counts somebody who waits for `result` for as long as `read` takes. */
async function watching(result: Result, read: () => Promise<void>): Promise<void> {
  result.watchers++;
  try {
    await read();
  } finally {
    result.watchers--;
    cancelUnread(result, READER_BACK_MS);
  }
}

/** Ends a query that is to end with its readers, when it still has none after `afterMs`. */
function cancelUnread(result: Result, afterMs: number): void {
  if (result.request.cancelOnDisconnect && !result.final) {
    setTimeout(() => result.watchers === 0 && result.cancel(), afterMs).unref();
  }
}
