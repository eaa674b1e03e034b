import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acceptFinding, logicalIdOf } from './accepted-finding';
import type { Configuration } from './configuration';
import type { Names } from './names';
import type { NotebookIdentity } from './notebook-identity';

export const REQUEST_METRICS_ID = 'EntireBucket';

const ABORT_UPLOADS_DAYS = 7;
const TEMPORARY_PREFIX = 'tmp/';
const TEMPORARY_DAYS = 14;
const OLD_VERSION_DAYS = 90;

/** The bucket of exports and models, with its access log. Both outlive the stack. */
export class DataBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(
    scope: Construct,
    id: string,
    private readonly configuration: Configuration,
    names: Names,
    private readonly key: kms.IKey | null
  ) {
    super(scope, id);
    const accessLog = new s3.Bucket(this, 'AccessLog', {
      ...closed(),
      bucketName: names.accessLogBucket,
      // The log delivery service writes only to buckets under S3's own keys.
      encryption: s3.BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ id: 'expire', expiration: Duration.days(configuration.storage.accessLogDays) }]
    });
    this.bucket = new s3.Bucket(this, 'Bucket', {
      ...closed(),
      bucketName: names.bucket,
      versioned: true,
      ...(key
        ? { encryption: s3.BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
        : { encryption: s3.BucketEncryption.S3_MANAGED }),
      serverAccessLogsBucket: accessLog,
      serverAccessLogsPrefix: `${names.bucket}/`,
      metrics: [{ id: REQUEST_METRICS_ID }],
      lifecycleRules: [
        { id: 'abort-uploads', abortIncompleteMultipartUploadAfter: Duration.days(ABORT_UPLOADS_DAYS) },
        {
          id: 'expire-temporary',
          prefix: TEMPORARY_PREFIX,
          expiration: Duration.days(TEMPORARY_DAYS),
          noncurrentVersionExpiration: Duration.days(TEMPORARY_DAYS)
        },
        { id: 'expire-old-versions', noncurrentVersionExpiration: Duration.days(OLD_VERSION_DAYS) }
      ]
    });
  }

  /** Read, write and delete objects; never versions, so that the last good one survives a mistake. */
  grantTo(identity: NotebookIdentity): void {
    acceptFinding(
      identity.role,
      `AwsSolutions-IAM5[Resource::<${logicalIdOf(this.bucket)}.Arn>/*]`,
      'The objects of the data bucket: which there are is for its users to say.'
    );
    identity.give({
      allow: [
        {
          sid: 'ListData',
          actions: [
            's3:ListBucket',
            's3:ListBucketMultipartUploads',
            's3:GetBucketLocation',
            // The export dialog says how what it writes will be encrypted.
            's3:GetEncryptionConfiguration'
          ],
          resources: [this.bucket.bucketArn]
        },
        {
          sid: 'UseData',
          actions: [
            's3:GetObject',
            's3:PutObject',
            's3:PutObjectTagging',
            's3:DeleteObject',
            's3:AbortMultipartUpload',
            's3:ListMultipartUploadParts'
          ],
          resources: [this.bucket.arnForObjects('*')]
        },
        ...(this.key ? [this.keyThroughS3(this.key)] : [])
      ],
      tell: { DATA_BUCKET: this.bucket.bucketName }
    });
  }

  private keyThroughS3(key: kms.IKey) {
    return {
      sid: 'UseKeyThroughS3',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `s3.${this.configuration.region}.amazonaws.com` } }
    };
  }
}

function closed(): s3.BucketProps {
  return {
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: RemovalPolicy.RETAIN
  };
}
