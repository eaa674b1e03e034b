import type { Client } from 'pg';
import type { CatalogScope } from '../../../src/contract/catalog';
import { quoteIdentifier } from '../../../src/sql/quote';
import { testStack } from '../../support/stack';
import { connectPrimary, replayed } from '../parallel/bulk-table';

/** A name with all that a name may hold: quotes, a space, a line break, right-to-left text, and a backslash. */
export const ODD = 'say "hi"\nto \'them\' \\ שלום';

export const PLAIN: CatalogScope = { system: false, sequences: false };

/** Made on the primary as its owner and waited for on the standby. Returns what drops it again. */
export async function withSchema(
  name: string,
  statements: (schema: string, reader: string) => readonly string[]
): Promise<{ readonly owner: Client; readonly drop: () => Promise<void> }> {
  const { reader } = testStack();
  const owner = await connectPrimary();
  const schema = quoteIdentifier(name);
  await owner.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await owner.query(`CREATE SCHEMA ${schema}`);
  for (const statement of statements(schema, quoteIdentifier(reader.user))) {
    await owner.query(statement);
  }
  await replayed(owner);
  return {
    owner,
    drop: async () => {
      await owner.query(`DROP SCHEMA ${schema} CASCADE`);
      await owner.end();
    }
  };
}
