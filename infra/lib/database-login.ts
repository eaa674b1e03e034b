import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acceptFinding } from './accepted-finding';
import type { Configuration, Rotation } from './configuration';
import type { Names } from './names';
import type { NotebookIdentity } from './notebook-identity';

const PASSWORD_LENGTH = 32;
/** Characters that URLs, shells and the rotation function's own quoting do not bear. */
export const EXCLUDED_CHARACTERS = '/@"\'\\`$%:#?&=+;{}[]()<>|~^*!, ';

/**
 * The secret with which everything logs in to the replica. `host` is the writer, where a rotation changes the password; clients
 * use `readerHost`. It outlives the stack.
 */
export class DatabaseLogin extends Construct {
  readonly secret: secretsmanager.Secret;

  constructor(
    scope: Construct,
    id: string,
    private readonly configuration: Configuration,
    private readonly names: Names,
    private readonly key: kms.IKey | null,
    readerHost: string
  ) {
    super(scope, id);
    const { cluster, database } = configuration;
    const rotation: Rotation = database.login.kind === 'password' ? database.login.rotation : { kind: 'off' };
    const login = Stack.of(this).toJsonString({
      engine: 'postgres',
      host: cluster.writerEndpoint,
      readerHost,
      port: cluster.port,
      dbname: cluster.databaseName,
      username: database.username,
      // By this the gateway signs in with a token of its own and leaves the password alone.
      ...(database.login.kind === 'iam' && { authentication: 'iam' }),
      // By this the rotation finds the administrator.
      ...(rotation.kind === 'alternating-users' && { masterarn: rotation.adminSecretArn })
    });
    this.secret = new secretsmanager.Secret(this, 'Secret', {
      secretName: names.secret,
      description: `Read-only login of ${names.stack}`,
      ...(key && { encryptionKey: key }),
      generateSecretString: {
        secretStringTemplate: login,
        generateStringKey: 'password',
        passwordLength: PASSWORD_LENGTH,
        excludeCharacters: EXCLUDED_CHARACTERS
      },
      removalPolicy: RemovalPolicy.RETAIN
    });
    if (!isRotated(configuration)) {
      acceptFinding(
        this.secret,
        'AwsSolutions-SMG4',
        'The configuration of this environment switches the rotation off; database.login says so.'
      );
    }
  }

  grantTo(identity: NotebookIdentity): void {
    const { database, region, account } = this.configuration;
    identity.give({
      allow: [
        {
          sid: 'ReadLogin',
          actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
          resources: [this.secret.secretArn]
        },
        ...(this.key
          ? [
              {
                sid: 'UseKeyThroughSecretsManager',
                actions: ['kms:Decrypt'],
                resources: [this.key.keyArn],
                conditions: {
                  StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` }
                }
              }
            ]
          : []),
        ...(database.login.kind === 'iam'
          ? [
              {
                sid: 'LogInWithToken',
                actions: ['rds-db:connect'],
                resources: [
                  `arn:${Stack.of(this).partition}:rds-db:${region}:${account}:dbuser:${database.login.clusterResourceId}/${database.username}`
                ]
              }
            ]
          : [])
      ],
      tell: { SECRET_ID: this.names.secret }
    });
  }
}

/** Without a notebook there are no endpoints through which a rotation could reach Secrets Manager. */
export function isRotated({ database: { login }, enableSagemakerEnvironment }: Configuration): boolean {
  return enableSagemakerEnvironment && login.kind === 'password' && login.rotation.kind !== 'off';
}
