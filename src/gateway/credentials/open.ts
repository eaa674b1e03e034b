import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CredentialsConfig } from '../config';
import type { CredentialsSource } from './credentials';
import { EnvironmentCredentials } from './environment';
import { SecretsManagerCredentials } from './secrets-manager';

/** Where the configuration says that credentials come from; endpoint and identity are those of the AWS SDK. */
export function openCredentials(config: CredentialsConfig): CredentialsSource {
  switch (config.kind) {
    case 'secrets-manager':
      return new SecretsManagerCredentials(openClient(config.secretId), config.secretId);
    case 'environment':
      return new EnvironmentCredentials(config);
  }
}

function openClient(secretId: string): SecretsManagerClient {
  const region = /^arn:[^:]+:secretsmanager:([^:]+):/.exec(secretId)?.[1];
  return new SecretsManagerClient({
    ...(region ? { region } : {}),
    // Without these a security group that drops packets would hold a connect for minutes.
    requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000 }
  });
}
