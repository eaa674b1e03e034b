import { parseKeepAwakeRequest, parseStopAnnouncement, type StopReport } from '../../contract/auto-stop';
import { ROUTES } from '../../contract/routes';
import type { ActivityLog } from '../activity';
import type { ExportStatus } from '../../contract/export';
import type { Exports } from '../export';
import type { ResultStore } from '../results/store';
import { readBody, reply, type Exchange, type Routes } from './router';

export function activityRoutes(
  activity: ActivityLog,
  store: ResultStore,
  exports: Exports,
  others: () => readonly ExportStatus[]
): Routes {
  const report = async ({ response }: Exchange) => {
    const queries = store.running().map(result => result.status());
    reply(response, 200, await activity.report(queries, [...exports.list(), ...others()]));
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
    [`POST ${ROUTES.stopping}`]: async ({ request, response }) => {
      const { graceSeconds } = await readBody(request, parseStopAnnouncement);
      activity.announceStop(true);
      reply(response, 200, await windUp(store, exports, 1000 * graceSeconds));
    },
    [`DELETE ${ROUTES.stopping}`]: async exchange => {
      activity.announceStop(false);
      await report(exchange);
    },
    [`POST ${ROUTES.input}`]: async ({ response }) => {
      activity.input();
      response.writeHead(204).end();
    }
  };
}

/** Ends what runs, so that nothing half written stays on S3. Work that begins meanwhile goes on: it speaks against the stop. */
async function windUp(store: ResultStore, exports: Exports, graceMs: number): Promise<StopReport> {
  const queries = store.running();
  const { ended, cancelled } = await exports.finishWithin(graceMs);
  const late = queries.filter(result => !result.final);
  late.forEach(result => result.cancel());
  await Promise.all(late.map(result => result.until()));
  return { exportsEnded: ended, exportsCancelled: cancelled, queriesCancelled: late.length };
}
