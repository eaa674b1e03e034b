import type { Connection, Health } from '../../contract/connection';
import { ROUTES } from '../../contract/routes';
import { readCatalog, readColumns } from '../catalog/introspect';
import type { Config } from '../config';
import { GatewayError } from '../gateway-error';
import type { Pool } from '../postgres/pool';
import type { Profiles } from '../profiles';
import { readReplicaState } from '../postgres/replica';
import type { Session } from '../postgres/session';
import { type Exchange, reply, type Routes } from './router';

/** Where queries go: the gateway itself, the connections, and their catalogs. */
export function placeRoutes(health: Health, config: Config, profiles: Profiles, now: () => number): Routes {
  const inCatalog = <T>({ query, gone }: Exchange, read: (session: Session) => Promise<T>) =>
    withSession(profiles.get(query.get('profile')).catalogPool, 'jupyterlab-replica: catalog', gone, read);
  return {
    [`GET ${ROUTES.health}`]: async ({ response }) => reply(response, 200, health),
    [`GET ${ROUTES.profiles}`]: async ({ response }) => reply(response, 200, { profiles: profiles.list() }),
    [`GET ${ROUTES.connection}`]: async exchange => {
      const { name, production, tls, credentials } = profiles.get(exchange.query.get('profile')).config;
      const connection = await inCatalog(exchange, async (session): Promise<Connection> => {
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
      reply(exchange.response, 200, connection);
    },
    [`GET ${ROUTES.catalog}`]: async exchange =>
      reply(exchange.response, 200, await inCatalog(exchange, session => readCatalog(session, now))),
    [`GET ${ROUTES.columns}`]: async exchange => {
      const { response, query } = exchange;
      const [schema, relation] = [named(query, 'schema'), named(query, 'relation')];
      reply(response, 200, {
        columns: await inCatalog(exchange, session => readColumns(session, schema, relation))
      });
    }
  };
}

async function withSession<T>(
  pool: Pool,
  label: string,
  signal: AbortSignal,
  use: (session: Session) => Promise<T>
): Promise<T> {
  const session = await pool.acquire(signal);
  try {
    await session.begin(label);
    return await use(session);
  } finally {
    await session.end().catch(() => session.close());
    pool.release(session);
  }
}

function named(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (!value) {
    throw new GatewayError('bad-request', `The parameter ${name} is missing.`, { subject: name });
  }
  return value;
}
