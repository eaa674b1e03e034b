import { GatewayError } from '../gateway-error';

export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
}

export const LONGEST_KEY_BYTES = 1024;

export function uriOf({ bucket, key }: ObjectAddress): string {
  return `s3://${bucket}/${key}`;
}

/**
 * Throws GatewayError `bad-request` for a bucket or key that S3 refuses or that tools trip over.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export function checkAddress({ bucket, key }: ObjectAddress): void {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) || /\.\.|^\d+\.\d+\.\d+\.\d+$/.test(bucket)) {
    refuse(
      bucket,
      `"${bucket}" is not the name of a bucket.`,
      'Give the name alone: 3 to 63 lower-case letters, digits, dots and hyphens.'
    );
  }
  const fault = keyFault(key);
  if (fault) {
    refuse(key, `The key "${key}" ${fault}.`, 'Give a key such as exports/orders.parquet.');
  }
}

function keyFault(key: string): string | null {
  if (key === '') {
    return 'is empty';
  }
  if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) {
    return `is longer than ${LONGEST_KEY_BYTES} bytes`;
  }
  if (key.startsWith('/') || key.endsWith('/') || key.includes('//')) {
    return 'has a slash at its start or end, or two in a row';
  }
  if (key.split('/').some(segment => segment === '.' || segment === '..')) {
    return 'has a part that is only dots';
  }
  return /\p{Cc}/u.test(key) ? 'holds a control character' : null;
}

function refuse(subject: string, message: string, action: string): never {
  throw new GatewayError('bad-request', message, { subject, action });
}
