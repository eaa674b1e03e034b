import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Credentials, CredentialsSource } from './credentials';
import { parseSecret } from './secret';
import { secretFailure } from './secret-failure';

/** Credentials from a secret of AWS Secrets Manager, fetched at each read. */
export class SecretsManagerCredentials implements CredentialsSource {
  readonly kind = 'secrets-manager';

  /** `secretId` is the secret's name or ARN. */
  constructor(
    private readonly client: SecretsManagerClient,
    private readonly secretId: string
  ) {}

  /** Throws GatewayError `credentials-missing`, `-denied`, `-malformed` or `secrets-unreachable`. */
  async read(): Promise<Credentials> {
    return parseSecret(this.secretId, await this.#fetch());
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
