import { parseKeepAwakeRequest } from '../../contract/auto-stop';
import { ROUTES } from '../../contract/routes';
import type { ActivityLog } from '../activity';
import type { Exports } from '../export';
import type { ResultStore } from '../results/store';
import { readBody, reply, type Exchange, type Routes } from './router';

export function activityRoutes(activity: ActivityLog, store: ResultStore, exports: Exports): Routes {
  const report = async ({ response }: Exchange) => {
    const queries = store.running().map(result => result.status());
    reply(response, 200, await activity.report(queries, exports.list()));
  };
  return {
    [`GET ${ROUTES.activity}`]: report,
    [`POST ${ROUTES.keepAwake}`]: async exchange => {
      await activity.keepAwake(await readBody(exchange.request, parseKeepAwakeRequest));
      await report(exchange);
    },
    [`DELETE ${ROUTES.keepAwake}`]: async exchange => {
      await activity.keepAwake(null);
      await report(exchange);
    },
    [`POST ${ROUTES.input}`]: async ({ response }) => {
      activity.input();
      response.writeHead(204).end();
    }
  };
}
