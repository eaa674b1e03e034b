import { parseArgs } from 'node:util';
import { READER_ROLE_DEFAULTS } from '../sql/reader-role';

/** What the command line asks for. */
export interface Options {
  readonly action: 'apply' | 'print' | 'report' | 'remove';
  readonly database: string;
  readonly schemas: readonly string[];
  /** Empty: whoever owns tables in the schemas now. */
  readonly owners: readonly string[];
  readonly role: string;
  readonly connectionLimit: number;
  /** Name or ARN of the secret whose password the role gets; null leaves its password as it is. */
  readonly passwordFromSecret: string | null;
  /** The role signs in with IAM tokens instead of a password. */
  readonly iam: boolean;
  readonly dataApi: { readonly clusterArn: string; readonly secretArn: string } | null;
}

/** Something that the person at the command line can mend. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Throws UsageError with all that is wrong at once. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parse(args);
  const actions = (['print', 'report', 'remove'] as const).filter(action => values[action]);
  const viaDataApi = values.via === 'data-api';
  const wrong = [
    ...(values.database ? [] : ['--database NAME is missing.']),
    ...(actions.length > 1 ? ['Give one of --print, --report and --remove.'] : []),
    ...(values.print && !values.owner ? ['--print asks no server, so it needs --owner ROLE.'] : []),
    ...(values.via && !viaDataApi ? ['--via can only be data-api.'] : []),
    ...(viaDataApi && !(values['cluster-arn'] && values['operator-secret'])
      ? ['--via data-api needs --cluster-arn ARN and --operator-secret ARN.']
      : []),
    ...(values.iam && values['password-from-secret']
      ? ['--iam and --password-from-secret exclude each other.']
      : []),
    ...(/^\d+$/.test(values.connections) ? [] : ['--connections must be a whole number.'])
  ];
  if (wrong.length > 0) {
    throw new UsageError(wrong.join('\n'));
  }
  return {
    action: actions[0] ?? 'apply',
    database: values.database ?? '',
    schemas: values.schema,
    owners: values.owner ?? [],
    role: values.role,
    connectionLimit: Number(values.connections),
    passwordFromSecret: values['password-from-secret'] ?? null,
    iam: values.iam,
    dataApi: viaDataApi
      ? { clusterArn: values['cluster-arn'] ?? '', secretArn: values['operator-secret'] ?? '' }
      : null
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        print: { type: 'boolean', default: false },
        report: { type: 'boolean', default: false },
        remove: { type: 'boolean', default: false },
        database: { type: 'string' },
        owner: { type: 'string', multiple: true },
        schema: { type: 'string', multiple: true, default: ['public'] },
        role: { type: 'string', default: READER_ROLE_DEFAULTS.role },
        connections: { type: 'string', default: String(READER_ROLE_DEFAULTS.connectionLimit) },
        'password-from-secret': { type: 'string' },
        iam: { type: 'boolean', default: false },
        via: { type: 'string' },
        'cluster-arn': { type: 'string' },
        'operator-secret': { type: 'string' }
      }
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
