import { awsFailure, readAwsError } from '../aws-failure';
import { GatewayError } from '../gateway-error';

/** What the answer of Secrets Manager, or its absence, means; AWS's own words go into the details. */
export function secretFailure(secretId: string, region: string, error: unknown): GatewayError {
  const aws = readAwsError(error);
  const told = (
    code: 'credentials-missing' | 'credentials-denied' | 'secrets-unreachable',
    message: string,
    action: string
  ) => new GatewayError(code, message, { subject: secretId, action, detail: aws.message }, error);
  if (aws.name === 'ResourceNotFoundException') {
    return told(
      'credentials-missing',
      `The secret ${secretId} does not exist in ${region}.`,
      'Correct JUPYTERLAB_REPLICA_SECRET_ID or AWS_REGION, or create the secret.'
    );
  }
  if (aws.name === 'InvalidRequestException') {
    return told(
      'credentials-missing',
      `The secret ${secretId} cannot be read; it may be marked for deletion.`,
      'Restore the secret, or name another one in JUPYTERLAB_REPLICA_SECRET_ID.'
    );
  }
  if (aws.name === 'DecryptionFailure' || /\bKMS\b/.test(aws.message)) {
    return told(
      'credentials-denied',
      `The key that encrypts the secret ${secretId} may not be used.`,
      "Ask for kms:Decrypt on the secret's KMS key."
    );
  }
  switch (awsFailure(aws)) {
    case 'denied':
      return told(
        'credentials-denied',
        `Reading the secret ${secretId} is not allowed.`,
        'Ask for secretsmanager:GetSecretValue on this secret.'
      );
    case 'no-identity':
      return told(
        'credentials-denied',
        `The secret ${secretId} cannot be read because this machine has no AWS identity.`,
        "Attach the notebook's role, or run aws configure, and try again."
      );
    case 'identity-refused':
      return told(
        'credentials-denied',
        `AWS does not accept this machine's identity, so the secret ${secretId} cannot be read.`,
        'Sign in to AWS again, or check that the clock is right.'
      );
    case 'no-region':
      return told(
        'secrets-unreachable',
        `The secret ${secretId} cannot be looked up without an AWS region.`,
        "Set AWS_REGION, or give the secret's full ARN in JUPYTERLAB_REPLICA_SECRET_ID."
      );
    case 'unreachable':
      return told(
        'secrets-unreachable',
        `Secrets Manager in ${region} cannot be reached, so the secret ${secretId} was not read.`,
        'Check the network, and that the VPC has an interface endpoint for secretsmanager.'
      );
    case 'other':
      return told(
        'secrets-unreachable',
        `Secrets Manager failed to give the secret ${secretId}.`,
        'Try again; the details hold what AWS answered.'
      );
  }
}
