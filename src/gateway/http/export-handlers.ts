import { parseExportRequest } from '../../contract/export';
import { ROUTES } from '../../contract/routes';
import type { ActivityLog } from '../activity';
import type { Exports } from '../export';
import { sendEvents } from './events';
import { readBody, reply, type Routes } from './router';

export function exportRoutes(exports: Exports, activity: ActivityLog): Routes {
  const all = ROUTES.exports;
  return {
    [`POST ${all}`]: async ({ request, response }) => {
      activity.refuseBeforeStop('an export');
      const status = exports.start(await readBody(request, parseExportRequest));
      activity.work();
      reply(response, 201, status);
    },
    [`GET ${all}`]: async ({ response }) => reply(response, 200, { exports: exports.list() }),
    [`GET ${all}/{id}`]: async ({ response, id }) => reply(response, 200, exports.get(id)),
    [`POST ${all}/{id}/cancel`]: async ({ response, id }) => reply(response, 200, await exports.cancel(id)),
    [`GET ${all}/{id}/events`]: async exchange =>
      sendEvents(exchange, exports.follow(exchange.id, exchange.gone))
  };
}
