import { parsePlanRequest } from '../../contract/plan';
import { ROUTES } from '../../contract/routes';
import { readPlan } from '../plan';
import { cancelOn } from '../postgres/cancel-on';
import { TypeNames } from '../postgres/type-names';
import type { Profile, Profiles } from '../profiles';
import { readBody, reply, type Routes } from './router';

/** Plans are asked for while somebody types, beside the queries that run. */
export function planRoutes(profiles: Profiles): Routes {
  const types = new WeakMap<Profile, TypeNames>();
  return {
    [`POST ${ROUTES.plan}`]: async ({ request, response, query, gone }) => {
      const asked = await readBody(request, parsePlanRequest);
      const profile = profiles.get(query.get('profile'));
      const known = types.get(profile) ?? new TypeNames();
      types.set(profile, known);
      const session = await profile.catalogPool.acquire(gone);
      const stop = cancelOn(gone, session);
      try {
        await session.begin('jupyterlab-replica: plan');
        reply(response, 200, await readPlan(session, known, asked));
      } finally {
        stop();
        await session.end().catch(() => session.close());
        profile.catalogPool.release(session);
      }
    }
  };
}
