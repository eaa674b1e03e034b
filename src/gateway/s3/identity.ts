import type { S3Client } from '@aws-sdk/client-s3';
import { awsFailure, readAwsError } from '../aws-failure';

/**
 * Lets a client that holds an identity which AWS no longer accepts read it anew, and send the request once more when
 * there is another by now. Without this a client keeps what has no date of expiry for ever.
 */
export function renewIdentity(client: S3Client): void {
  client.middlewareStack.add(
    next => async args => {
      try {
        return await next(args);
      } catch (error) {
        if (awsFailure(readAwsError(error)) !== 'identity-refused' || !(await hasAnother(client))) {
          throw error;
        }
        return next(args);
      }
    },
    { step: 'initialize', name: 'renewIdentity', priority: 'high' }
  );
}

async function hasAnother({ config }: S3Client): Promise<boolean> {
  try {
    const held = await config.credentials();
    const read = await config.credentials({ forceRefresh: true });
    return read.accessKeyId !== held.accessKeyId || read.sessionToken !== held.sessionToken;
  } catch {
    return false;
  }
}
