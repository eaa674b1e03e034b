import { randomBytes } from 'node:crypto';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { readTls } from '../gateway/config';
import { openCredentials } from '../gateway/credentials/open';
import { tlsOptions } from '../gateway/postgres/tls';
import { READER_ROLE_DEFAULTS, readerRoleScript } from '../sql/reader-role';
import { applyRole, removeRole } from './apply';
import { openDataApi } from './data-api';
import { connectDirectly } from './direct';
import { type Options, readOptions, UsageError } from './options';
import { permissionReport } from './report';
import { scramVerifier } from './scram';
import { adviceFor, type Operator, StatementFailed } from './statements';

const HELP = `db-user --database NAME [OPTIONS]

Makes the read-only database user, or mends it: running it again changes nothing. It works on the primary, as the operator whom
PGHOST, PGPORT, PGUSER, PGPASSWORD, PGSSLMODE and PGSSLROOTCERT name, and reports what the user may do afterwards.

  --print                    only print the SQL
  --report                   only report what the user may do now
  --remove                   take the user and its grants away
  --schema NAME              a schema to read; once for each (public)
  --owner ROLE               a role that creates tables; once for each (those who own tables there now)
  --role NAME                the user's name (sagemaker_readonly)
  --connections N            sessions at most (20)
  --password-from-secret ID  give it the password of this secret in Secrets Manager
  --iam                      let it sign in with IAM tokens
  --via data-api             through the RDS Data API, with --cluster-arn ARN and --operator-secret ARN
`;

/** Returns the exit code: 0 done, 1 refused by the server, 2 wrong options. */
async function main(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  let operator: Operator | null = null;
  try {
    const options = readOptions(args);
    if (options.action === 'print') {
      process.stdout.write(readerRoleScript({ ...READER_ROLE_DEFAULTS, ...options }));
      return 0;
    }
    const verifier = await verifierFor(options);
    operator = await openOperator(options, environment);
    const lines = await perform(operator, options, verifier);
    process.stdout.write(lines.map(line => `${line}\n`).join(''));
    return 0;
  } catch (error) {
    return explain(error, operator);
  } finally {
    await operator?.close();
  }
}

function perform(operator: Operator, options: Options, verifier: string | null): Promise<readonly string[]> {
  switch (options.action) {
    case 'report':
      return permissionReport(operator, options.role, options.schemas);
    case 'remove':
      return removeRole(operator, options.role);
    default:
      return applyRole(operator, options, verifier);
  }
}

function openOperator(options: Options, environment: NodeJS.ProcessEnv): Promise<Operator> {
  const { dataApi, database } = options;
  if (dataApi) {
    return openDataApi(new RDSDataClient({}), { ...dataApi, database });
  }
  const { PGHOST: host, PGUSER: user, PGPORT: port = '5432', PGPASSWORD: password = '' } = environment;
  if (!host || !user) {
    throw new UsageError('Set PGHOST and PGUSER to the primary and to who may grant there (and PGPASSWORD).');
  }
  const tls = tlsOptions(readTls(environment));
  return connectDirectly({ host, port: Number(port), database, user, password, tls });
}

/** The verifier of the secret's password; its user must be the role that gets it. */
async function verifierFor({ passwordFromSecret, role }: Options): Promise<string | null> {
  if (!passwordFromSecret) {
    return null;
  }
  const source = openCredentials({ kind: 'secrets-manager', secretId: passwordFromSecret });
  const { user, password } = await source.read();
  if (user !== role) {
    throw new UsageError(
      `The secret ${passwordFromSecret} is for ${user}, not for ${role}: name the role with --role.`
    );
  }
  return scramVerifier(password, randomBytes(16));
}

function explain(error: unknown, operator: Operator | null): number {
  const lines = [error instanceof Error ? error.message : String(error)];
  if (error instanceof StatementFailed) {
    lines.push(adviceFor(error, operator?.name ?? 'the operator') ?? 'Nothing was changed.');
  } else if (error instanceof UsageError) {
    lines.push('db-user --help lists the options.');
  }
  process.stderr.write(`${lines.join('\n')}\n`);
  return error instanceof UsageError ? 2 : 1;
}

void main(process.argv.slice(2), process.env).then(code => (process.exitCode = code));
