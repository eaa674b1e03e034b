import { parseExportRequest, type ExportRequest } from '../../contract/export';
import type { ExportPlan } from '../../contract/storage';
import { ROUTES } from '../../contract/routes';
import type { ActivityLog } from '../activity';
import type { EveryExport } from '../scale-out/every-export';
import { sendEvents } from './events';
import { readBody, reply, type Routes } from './router';

export function exportRoutes(
  exports: EveryExport,
  activity: ActivityLog,
  plan: (request: ExportRequest) => Promise<ExportPlan>
): Routes {
  const all = ROUTES.exports;
  return {
    [`POST ${all}`]: async ({ request, response }) => {
      activity.refuseBeforeStop('an export');
      const status = exports.start(await readBody(request, parseExportRequest));
      activity.work();
      reply(response, 201, status);
    },
    [`POST ${ROUTES.exportPlan}`]: async ({ request, response }) =>
      reply(response, 200, await plan(await readBody(request, parseExportRequest))),
    [`GET ${all}`]: async ({ response }) => reply(response, 200, { exports: exports.list() }),
    [`DELETE ${all}`]: async ({ response }) => {
      await exports.clearEnded();
      response.writeHead(204).end();
    },
    [`GET ${all}/{id}`]: async ({ response, id }) => reply(response, 200, exports.get(id)),
    [`POST ${all}/{id}/cancel`]: async ({ response, id }) => reply(response, 200, await exports.cancel(id)),
    [`POST ${all}/{id}/retry`]: async ({ response, id, query }) => {
      activity.refuseBeforeStop('an export');
      activity.work();
      reply(response, 201, exports.retry(id, query.get('overwrite') === 'true'));
    },
    [`GET ${all}/{id}/events`]: async exchange =>
      sendEvents(exchange, exports.follow(exchange.id, exchange.gone))
  };
}
