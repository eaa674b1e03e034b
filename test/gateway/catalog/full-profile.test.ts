import { profileColumnsSql } from '../../../src/sql/profile-columns';
import { readColumns } from '../../../src/gateway/catalog/introspect';
import { Engine } from '../../support/engine';
import { withSchema } from './shelf';

/** One column a type, of those that have an order and of those that have none. */
const TYPES =
  `smallint bigint numeric(9,2) real money oid text varchar(3) char(3) "char" name date time timetz timestamp
  timestamptz(3) interval inet cidr macaddr uuid bytea json jsonb xml point path int[] timestamptz[] int4range bit(3) varbit
  tsvector boolean pg_lsn int4multirange`.split(/\s+/);

it.each([[null], [50]])(
  'a profile of every type is read from the replica (sample: %s)',
  async samplePercent => {
    const made = await withSchema('profiled', (schema, reader) => [
      `CREATE TABLE ${schema}.every (${TYPES.map((type, index) => `c${index} ${type}`).join(', ')})`,
      `INSERT INTO ${schema}.every (c0, c6) SELECT g, 'word ' || g % 5 FROM generate_series(1, 100) g`,
      `GRANT USAGE ON SCHEMA ${schema} TO ${reader}`,
      `GRANT SELECT ON ${schema}.every TO ${reader}`
    ]);
    const engine = await Engine.open();
    try {
      const session = await engine.pool.acquire(new AbortController().signal);
      await session.begin('test');
      const columns = await readColumns(session, 'profiled', 'every');
      await session.end();
      engine.pool.release(session);
      const sql = profileColumnsSql({ schema: 'profiled', relation: 'every', columns, samplePercent });
      const { state, error } = await engine.run(sql);
      expect({ state, error }).toEqual({ state: 'done', error: null });
    } finally {
      await engine.close();
      await made.drop();
    }
  }
);
