import type { CredentialsConfig } from '../config';
import { GatewayError } from '../gateway-error';
import type { Credentials, CredentialsSource } from './credentials';

type EnvironmentConfig = Extract<CredentialsConfig, { kind: 'environment' }>;

/** Credentials from PGHOST, PGPORT, PGDATABASE, PGUSER and PGPASSWORD, as the configuration has read them. */
export class EnvironmentCredentials implements CredentialsSource {
  readonly kind = 'environment';

  constructor(private readonly config: EnvironmentConfig) {}

  /** Throws GatewayError `credentials-missing`, naming the variables that are not set. An empty password is one. */
  async read(): Promise<Credentials> {
    const { host, port, database, user, password } = this.config;
    const missing = Object.entries({ PGHOST: host, PGDATABASE: database, PGUSER: user })
      .filter(([, value]) => value === '')
      .map(([name]) => name);
    if (missing.length > 0) {
      throw new GatewayError(
        'credentials-missing',
        `No database is configured: ${missing.join(', ')} not set.`,
        {
          subject: missing.join(', '),
          action: `Set JUPYTERLAB_REPLICA_SECRET_ID to a secret of AWS Secrets Manager, or set ${missing.join(', ')}.`
        }
      );
    }
    return { host, port, database, user, password };
  }
}
