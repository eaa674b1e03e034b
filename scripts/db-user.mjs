/**
 * npm run db:user -- --print [OPTIONS]
 *
 * Prints the SQL that makes the read-only database user, for `psql` on the primary. It may be run again at any time.
 * It sets no password: give one afterwards with psql's `\password ROLE`, which sends only a hash.
 *
 *   --database NAME     the database (required)
 *   --owner ROLE        a role that creates tables; once for each (required)
 *   --schema NAME       a schema to read; once for each (public)
 *   --role NAME         the user's name (sagemaker_readonly)
 *   --connections N     sessions at most (20)
 */
import { parseArgs } from 'node:util';
import { READER_ROLE_DEFAULTS, readerRoleScript } from '../src/sql/reader-role.ts';
import { runScript, SetupFailure } from './setup-failure.mjs';

function main() {
  const { values } = parseArgs({
    options: {
      print: { type: 'boolean' },
      database: { type: 'string' },
      owner: { type: 'string', multiple: true },
      schema: { type: 'string', multiple: true, default: ['public'] },
      role: { type: 'string', default: READER_ROLE_DEFAULTS.role },
      connections: { type: 'string', default: String(READER_ROLE_DEFAULTS.connectionLimit) }
    }
  });
  if (!values.print || !values.database || !values.owner) {
    throw new SetupFailure(
      'Give --print, --database NAME and --owner ROLE: npm run db:user -- --print --database app --owner app_owner'
    );
  }
  const role = {
    ...READER_ROLE_DEFAULTS,
    role: values.role,
    database: values.database,
    schemas: values.schema,
    owners: values.owner,
    connectionLimit: Number(values.connections)
  };
  process.stdout.write(readerRoleScript(role));
  return 0;
}

await runScript(main);
