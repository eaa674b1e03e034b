import { ROUTES } from '../../contract/routes';
import type { ActivityLog } from '../activity';
import type { Exports } from '../export';
import type { ResultStore } from '../results/store';
import { reply, type Routes } from './router';

export function activityRoutes(activity: ActivityLog, store: ResultStore, exports: Exports): Routes {
  return {
    [`GET ${ROUTES.activity}`]: async ({ response }) => {
      const queries = store.running().map(result => result.status());
      reply(response, 200, activity.report(queries, exports.list()));
    },
    [`POST ${ROUTES.input}`]: async ({ response }) => {
      activity.input();
      response.writeHead(204).end();
    }
  };
}
