import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Signer } from '@aws-sdk/rds-signer';
import type { Credentials, CredentialsSource } from './credentials';
import { parseSecret, type SecretLogin } from './secret';
import { secretFailure } from './secret-failure';

/** Credentials from a secret of AWS Secrets Manager, fetched at each read: a password, or a fresh IAM token in its place. */
export class SecretsManagerCredentials implements CredentialsSource {
  readonly kind = 'secrets-manager';

  /** `secretId` is the secret's name or ARN. */
  constructor(
    private readonly client: SecretsManagerClient,
    private readonly secretId: string
  ) {}

  /** Throws GatewayError `credentials-missing`, `-denied`, `-malformed` or `secrets-unreachable`. */
  async read(): Promise<Credentials> {
    const login = parseSecret(this.secretId, await this.#fetch());
    return { ...login, password: login.password ?? (await this.#token(login)) };
  }

  /** A token is signed here, without asking anybody, and serves one connect: it is valid for 15 minutes. */
  async #token({ host, port, user }: SecretLogin): Promise<string> {
    const { region, credentials } = this.client.config;
    try {
      const signer = new Signer({
        hostname: host,
        port,
        username: user,
        region: await region(),
        credentials
      });
      return await signer.getAuthToken();
    } catch (error) {
      throw secretFailure(this.secretId, await region().catch(() => 'an unknown region'), error);
    }
  }

  async #fetch(): Promise<string> {
    try {
      const { SecretString } = await this.client.send(new GetSecretValueCommand({ SecretId: this.secretId }));
      return SecretString ?? '';
    } catch (error) {
      const region = await this.client.config.region().catch(() => 'an unknown region');
      throw secretFailure(this.secretId, region, error);
    }
  }
}
