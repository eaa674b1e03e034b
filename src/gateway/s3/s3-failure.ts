import { awsFailure, hasExpired, readAwsError } from '../aws-failure';
import type { ErrorCode } from '../../contract/errors';
import { GatewayError } from '../gateway-error';
import { uriOf, type ObjectAddress } from './address';

/** What the answer of S3 to writing an object, or its absence, means; AWS's own words go into the details. */
export function s3Failure(
  address: ObjectAddress,
  error: unknown,
  doing: 'write' | 'read' = 'write'
): GatewayError {
  const aws = readAwsError(error);
  const uri = uriOf(address);
  const told = (code: ErrorCode, message: string, action: string, subject = uri) =>
    new GatewayError(code, message, { subject, action, detail: aws.message }, error);
  if (aws.name === 'NoSuchBucket') {
    return told(
      'bucket-missing',
      `The bucket ${address.bucket} does not exist.`,
      'Correct its name, or ask which bucket exports go to.',
      address.bucket
    );
  }
  if (REGION_ERRORS.has(aws.name)) {
    return told(
      's3-failed',
      `The bucket ${address.bucket} is in another region than this machine's AWS settings say.`,
      'Set AWS_REGION to the region of the bucket and restart the Jupyter server.',
      address.bucket
    );
  }
  if (aws.status === 412 || aws.name === 'ConditionalRequestConflict') {
    return objectExists(address);
  }
  if (/\bKMS\b|\bkms:/.test(aws.message)) {
    return told(
      'bucket-denied',
      `The key that encrypts the bucket ${address.bucket} may not be used to write ${uri}.`,
      "Ask for kms:GenerateDataKey and kms:Decrypt on the bucket's KMS key."
    );
  }
  switch (awsFailure(aws)) {
    case 'denied':
      return told(
        'bucket-denied',
        `${doing === 'write' ? 'Writing' : 'Reading'} ${uri} is not allowed.`,
        askFor(aws.message, address, doing)
      );
    case 'no-identity':
      return told(
        'bucket-denied',
        `${uri} cannot be ${doing === 'write' ? 'written' : 'read'} because this machine has no AWS identity.`,
        "Attach the notebook's role, or run aws configure, and try again."
      );
    case 'identity-refused':
      if (hasExpired(aws)) {
        return told(
          'bucket-denied',
          `The AWS credentials of this machine have expired, so ${uri} cannot be ${doing === 'write' ? 'written' : 'read'}.`,
          'Renew them, for example with aws sso login, and try again; a restart is not needed.'
        );
      }
      return told(
        'bucket-denied',
        `AWS does not accept this machine's identity, so ${uri} cannot be ${doing === 'write' ? 'written' : 'read'}.`,
        'Sign in to AWS again, or check that the clock is right.'
      );
    case 'unreachable':
      return told(
        's3-unreachable',
        `S3 cannot be reached, so ${uri} was not ${doing === 'write' ? 'written' : 'read'}.`,
        'Check the network, and that the VPC has a gateway endpoint for S3.'
      );
    case 'no-region':
      return told(
        's3-failed',
        `${uri} cannot be ${doing === 'write' ? 'written' : 'read'} without an AWS region.`,
        'Set AWS_REGION.'
      );
    case 'other':
      return told(
        's3-failed',
        `S3 failed to ${doing} ${uri}.`,
        doing === 'write'
          ? 'Export again; the details hold what S3 answered.'
          : 'Try again; the details hold what S3 answered.'
      );
  }
}

/** The SDK marks what it throws. */
export function isFromAws(error: unknown): boolean {
  return !(error instanceof GatewayError) && error instanceof Error && '$metadata' in error;
}

/** Where the request's region is not the bucket's and S3 does not tell which it is. */
const REGION_ERRORS = new Set([
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
  'PermanentRedirect'
]);

/** AWS often names the action that is missing. */
function askFor(message: string, { bucket, key }: ObjectAddress, doing: 'write' | 'read'): string {
  const named = /s3:[A-Za-z]+/.exec(message)?.[0];
  if (named === 's3:ListBucket' || named === 's3:ListAllMyBuckets') {
    return `Ask for ${named} on arn:aws:s3:::${bucket}.`;
  }
  const usual =
    doing === 'write' ? 's3:PutObject and s3:AbortMultipartUpload' : 's3:GetObject and s3:ListBucket';
  return `Ask for ${named ?? usual} on arn:aws:s3:::${bucket}/${key}.`;
}

export function objectExists(address: ObjectAddress): GatewayError {
  const subject = uriOf(address);
  return new GatewayError('object-exists', `There is already an object at ${subject}.`, {
    subject,
    action: 'Choose another key, or allow this one to be overwritten.'
  });
}
