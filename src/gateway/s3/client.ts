import { S3Client } from '@aws-sdk/client-s3';

/** A client whose endpoint, region and identity are those of the AWS SDK's environment. */
export function openS3Client(): S3Client {
  return new S3Client({
    followRegionRedirects: true,
    // Without these a security group that drops packets would hold an export for minutes.
    requestHandler: { connectionTimeout: 3000, socketTimeout: 60_000 }
  });
}
