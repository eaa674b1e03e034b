import { awsFailure, readAwsError } from '../aws-failure';
import type { ErrorCode } from '../../contract/errors';
import { GatewayError } from '../gateway-error';
import { uriOf, type ObjectAddress } from './address';

/** What the answer of S3 to writing an object, or its absence, means; AWS's own words go into the details. */
export function s3Failure(address: ObjectAddress, error: unknown): GatewayError {
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
        `Writing ${uri} is not allowed.`,
        `Ask for s3:PutObject and s3:AbortMultipartUpload on arn:aws:s3:::${address.bucket}/${address.key}.`
      );
    case 'no-identity':
      return told(
        'bucket-denied',
        `${uri} cannot be written because this machine has no AWS identity.`,
        "Attach the notebook's role, or run aws configure, and try again."
      );
    case 'identity-refused':
      return told(
        'bucket-denied',
        `AWS does not accept this machine's identity, so ${uri} cannot be written.`,
        'Sign in to AWS again, or check that the clock is right.'
      );
    case 'unreachable':
      return told(
        's3-unreachable',
        `S3 cannot be reached, so ${uri} was not written.`,
        'Check the network, and that the VPC has a gateway endpoint for S3.'
      );
    case 'no-region':
      return told('s3-failed', `${uri} cannot be written without an AWS region.`, 'Set AWS_REGION.');
    case 'other':
      return told(
        's3-failed',
        `S3 failed to write ${uri}.`,
        'Export again; the details hold what S3 answered.'
      );
  }
}

export function objectExists(address: ObjectAddress): GatewayError {
  const subject = uriOf(address);
  return new GatewayError('object-exists', `There is already an object at ${subject}.`, {
    subject,
    action: 'Choose another key, or allow this one to be overwritten.'
  });
}
