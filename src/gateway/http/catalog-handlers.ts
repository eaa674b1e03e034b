import { ROUTES } from '../../contract/routes';
import { searchWords } from '../../contract/name-match';
import { readColumnNames } from '../catalog/column-names';
import { readProfiles } from '../catalog/column-profile';
import { searchColumns } from '../catalog/column-search';
import { readDetails } from '../catalog/details';
import { readFunctions } from '../catalog/functions';
import { readCatalog, readColumns } from '../catalog/introspect';
import { GatewayError } from '../gateway-error';
import { cancelOn } from '../postgres/cancel-on';
import type { Pool } from '../postgres/pool';
import type { Session } from '../postgres/session';
import type { Profile, Profiles } from '../profiles';
import { type Exchange, reply, type Routes } from './router';

const MOST_WORDS = 8;

/** The catalog of each replica: what there is, and all about one relation of it. */
export function catalogRoutes(profiles: Profiles, now: () => number): Routes {
  const profileOf = ({ query }: Exchange): Profile => profiles.get(query.get('profile'));
  const ofRelation =
    (read: (session: Session, schema: string, relation: string) => Promise<object>) =>
    async (exchange: Exchange) => {
      const [schema, relation] = [named(exchange.query, 'schema'), named(exchange.query, 'relation')];
      const { catalogPool } = profileOf(exchange);
      const answer = await inCatalog(catalogPool, exchange.gone, session => read(session, schema, relation));
      reply(exchange.response, 200, answer);
    };
  return {
    [`GET ${ROUTES.catalog}`]: async exchange => {
      const { catalogPool, columnIndex } = profileOf(exchange);
      const scope = { system: isTrue(exchange, 'system'), sequences: isTrue(exchange, 'sequences') };
      columnIndex.forget();
      const catalog = await inCatalog(catalogPool, exchange.gone, session =>
        readCatalog(session, scope, now)
      );
      reply(exchange.response, 200, catalog);
    },
    [`GET ${ROUTES.columns}`]: ofRelation(async (...of) => ({ columns: await readColumns(...of) })),
    [`GET ${ROUTES.relation}`]: ofRelation(readDetails),
    [`GET ${ROUTES.columnProfiles}`]: ofRelation(async (...of) => ({ profiles: await readProfiles(...of) })),
    [`GET ${ROUTES.functions}`]: async exchange => {
      const { catalogPool } = profileOf(exchange);
      const functions = await inCatalog(catalogPool, exchange.gone, readFunctions);
      reply(exchange.response, 200, { functions });
    },
    [`GET ${ROUTES.columnSearch}`]: async exchange => {
      const { catalogPool, columnIndex } = profileOf(exchange);
      const words = searchWords(exchange.query.get('words') ?? '').slice(0, MOST_WORDS);
      // Others may wait for the same reading, so that it goes on when this client goes away.
      const names = await columnIndex.get(() =>
        inCatalog(catalogPool, new AbortController().signal, readColumnNames)
      );
      reply(exchange.response, 200, await searchColumns(names, words, exchange.gone));
    }
  };
}

/** What `read` gives in a transaction of its own, which is ended in the server once `signal` aborts. */
export async function inCatalog<T>(
  pool: Pool,
  signal: AbortSignal,
  read: (session: Session) => Promise<T>
): Promise<T> {
  const session = await pool.acquire(signal);
  const heard = cancelOn(signal, session);
  try {
    await session.begin('jupyterlab-replica: catalog');
    return await read(session);
  } finally {
    heard();
    await session.end().catch(() => session.close());
    pool.release(session);
  }
}

const isTrue = ({ query }: Exchange, name: string): boolean => query.get(name) === 'true';

function named(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (!value) {
    throw new GatewayError('bad-request', `The parameter ${name} is missing.`, { subject: name });
  }
  return value;
}
