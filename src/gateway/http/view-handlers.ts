import { parseProfileRequest, parseSummaryRequest, parseViewRequest } from '../../contract/view';
import { ROUTES } from '../../contract/routes';
import { csvLine } from '../../cells/delimited-text';
import { reading, stored } from '../results/stored-rows';
import type { ResultStore } from '../results/store';
import type { Views } from '../views/views';
import { readBody, reply, type Routes, taken } from './router';
import { columnsOf } from './query-parts';

/** Rows of a part of a CSV; it is cut shorter by bytes. */
const CSV_ROWS = 5_000;

/** Orders, counts and pictures of stored results, and the download of all rows. */
export function viewRoutes(store: ResultStore, views: Views): Routes {
  const all = ROUTES.queries;
  return {
    [`POST ${all}/{id}/views`]: async ({ request, response, id, gone }) => {
      const wish = await readBody(request, parseViewRequest);
      const result = store.get(id);
      const view = await reading(result, async () =>
        views.make(result, await stored(result, null, gone), wish, gone)
      );
      reply(response, 201, view);
    },
    [`POST ${all}/{id}/summary`]: async ({ request, response, id, gone }) => {
      const wish = await readBody(request, parseSummaryRequest);
      const result = store.get(id);
      const summary = await reading(result, async () =>
        views.summary(result, await stored(result, null, gone), wish, gone)
      );
      reply(response, 200, summary);
    },
    [`POST ${all}/{id}/profile`]: async ({ request, response, id, gone }) => {
      const { columns } = await readBody(request, parseProfileRequest);
      const result = store.get(id);
      const profile = await reading(result, async () =>
        views.profile(await stored(result, null, gone), columns, gone)
      );
      reply(response, 200, profile);
    },
    [`GET ${all}/{id}/csv`]: async ({ response, id, query, gone }) => {
      const result = store.get(id);
      await reading(result, async () => {
        const spool = await stored(result, null, gone);
        const columns = columnsOf(query, spool.schema);
        const viewId = query.get('view');
        const count = views.rows(result, spool, viewId);
        response.writeHead(200, {
          'content-type': 'text/csv; charset=utf-8; header=present',
          'content-disposition': attachment(query.get('name') ?? 'result'),
          'cache-control': 'no-store'
        });
        const names = columns.map(column => spool.schema.fields[column]!.name);
        response.write(`${csvLine(names)}\n`);
        for (let first = 0; first < count;) {
          const part = { viewId, first, count: Math.min(CSV_ROWS, count - first) };
          const { bytes, rows } = await views.csv(result, spool, part, columns, gone);
          await taken(response, bytes, gone);
          first += rows;
        }
        response.end();
      });
    }
  };
}

/** RFC 6266: the name as far as ASCII has it, and in full. */
function attachment(name: string): string {
  const ascii = name.replace(/[^\w .-]/g, '_');
  const full = encodeURIComponent(name).replace(/['()*]/g, part => `%${part.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${ascii}.csv"; filename*=UTF-8''${full}.csv`;
}
