import type { Connection, Health } from '../../contract/connection';
import { ROUTES } from '../../contract/routes';
import { readCatalog, readColumns } from '../catalog/introspect';
import type { Config } from '../config';
import { GatewayError } from '../gateway-error';
import type { Pool } from '../postgres/pool';
import { readReplicaState } from '../postgres/replica';
import type { Session } from '../postgres/session';
import { reply, type Routes } from './router';

/** Where queries go: the gateway itself, the connection, and the catalog. */
export function placeRoutes(health: Health, config: Config, pool: Pool, now: () => number): Routes {
  const inCatalog = <T>(gone: AbortSignal, read: (session: Session) => Promise<T>) =>
    withSession(pool, 'jupyterlab-replica: catalog', gone, read);
  return {
    [`GET ${ROUTES.health}`]: async ({ response }) => reply(response, 200, health),
    [`GET ${ROUTES.connection}`]: async ({ response, gone }) => {
      const connection = await inCatalog(gone, async (session): Promise<Connection> => {
        const { host, port } = session.address;
        return {
          ...(await readReplicaState(session)),
          host,
          port,
          tls: config.tls.mode,
          credentials: config.credentials.kind,
          dataBucket: config.dataBucket
        };
      });
      reply(response, 200, connection);
    },
    [`GET ${ROUTES.catalog}`]: async ({ response, gone }) =>
      reply(response, 200, await inCatalog(gone, session => readCatalog(session, now))),
    [`GET ${ROUTES.columns}`]: async ({ response, query, gone }) => {
      const [schema, relation] = [named(query, 'schema'), named(query, 'relation')];
      reply(response, 200, {
        columns: await inCatalog(gone, session => readColumns(session, schema, relation))
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
