import type { Connection, Health } from '../../contract/connection';
import { ROUTES } from '../../contract/routes';
import type { Config } from '../config';
import { readReplicaState } from '../postgres/replica';
import type { Profiles } from '../profiles';
import { inCatalog } from './catalog-handlers';
import { reply, type Routes } from './router';

/** Where queries go: the gateway itself and the connections. */
export function placeRoutes(health: Health, config: Config, profiles: Profiles): Routes {
  return {
    [`GET ${ROUTES.health}`]: async ({ response }) => reply(response, 200, health),
    [`GET ${ROUTES.profiles}`]: async ({ response }) => reply(response, 200, { profiles: profiles.list() }),
    [`GET ${ROUTES.connection}`]: async ({ query, response, gone }) => {
      const profile = profiles.get(query.get('profile'));
      const { name, production, tls, credentials } = profile.config;
      const connection = await inCatalog(profile.catalogPool, gone, async (session): Promise<Connection> => {
        const { host, port } = session.address;
        return {
          profile: name,
          production,
          ...(await readReplicaState(session)),
          host,
          port,
          tls: tls.mode,
          credentials: credentials.kind,
          dataBucket: config.dataBucket
        };
      });
      reply(response, 200, connection);
    }
  };
}
