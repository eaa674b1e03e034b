import { parseSaveRequest } from '../../contract/history';
import { ROUTES } from '../../contract/routes';
import type { History } from '../history';
import type { SavedQueries } from '../saved-queries';
import { readBody, reply, type Routes } from './router';

const ENTRIES = 100;

export function historyRoutes(history: History, saved: SavedQueries): Routes {
  return {
    [`GET ${ROUTES.history}`]: async ({ response, query }) => {
      const limit = Number(query.get('limit')) || ENTRIES;
      reply(response, 200, { entries: await history.entries(query.get('search') ?? '', limit) });
    },
    [`DELETE ${ROUTES.history}`]: async ({ response }) => {
      await history.forget(null);
      response.writeHead(204).end();
    },
    [`DELETE ${ROUTES.history}/{id}`]: async ({ response, id }) => {
      await history.forget(id);
      response.writeHead(204).end();
    },
    [`GET ${ROUTES.savedQueries}`]: async ({ response }) =>
      reply(response, 200, { queries: await saved.list() }),
    [`POST ${ROUTES.savedQueries}`]: async ({ request, response }) =>
      reply(response, 200, await saved.save(await readBody(request, parseSaveRequest))),
    [`DELETE ${ROUTES.savedQueries}/{id}`]: async ({ response, id }) => {
      await saved.remove(id);
      response.writeHead(204).end();
    }
  };
}
