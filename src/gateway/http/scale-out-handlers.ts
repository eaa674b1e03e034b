import { ROUTES } from '../../contract/routes';
import { parseScaleOutRequest } from '../../contract/scale-out';
import type { ActivityLog } from '../activity';
import type { ScaleOut } from '../scale-out/scale-out';
import { readBody, reply, type Routes } from './router';

export function scaleOutRoutes(scaleOut: ScaleOut, activity: ActivityLog): Routes {
  const all = ROUTES.scaleOut;
  return {
    [`POST ${all}`]: async ({ request, response, gone }) => {
      activity.refuseBeforeStop('an export');
      const job = await scaleOut.start(await readBody(request, parseScaleOutRequest), gone);
      activity.work();
      reply(response, 201, job);
    },
    [`GET ${all}`]: async ({ response }) => reply(response, 200, { jobs: scaleOut.details() }),
    [`GET ${all}/{id}`]: async ({ response, id }) => reply(response, 200, (await scaleOut.find(id)).details())
  };
}
