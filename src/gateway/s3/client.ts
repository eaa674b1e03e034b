import { S3Client } from '@aws-sdk/client-s3';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { renewIdentity } from './identity';

/**
 * A client whose endpoint, region and identity are those of the AWS SDK's environment. An identity that AWS no longer
 * accepts is read anew, from its file too.
 */
export function openS3Client(): S3Client {
  const client = new S3Client({
    followRegionRedirects: true,
    // The SDK otherwise keeps the text of its files as long as the process lives.
    credentialDefaultProvider: init => defaultProvider({ ...init, ignoreCache: true }),
    // Without these a security group that drops packets would hold an export for minutes.
    requestHandler: { connectionTimeout: 3000, socketTimeout: 60_000 }
  });
  renewIdentity(client);
  return client;
}
