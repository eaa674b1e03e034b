import { Match } from 'aws-cdk-lib/assertions';
import { dev } from '../../config/dev';
import { grantsOfNotebook, resourcesOf } from '../support/resources';
import { synthesized } from '../support/synthesized';

const BUCKET = 'AWS::S3::Bucket';
const CLOSED = {
  BlockPublicAcls: true,
  BlockPublicPolicy: true,
  IgnorePublicAcls: true,
  RestrictPublicBuckets: true
};

describe('the data bucket', () => {
  it('has the name that the guide tells people, with a suffix where it is taken', () => {
    synthesized(dev).hasResourceProperties(BUCKET, { BucketName: 'jao-dev-data-science' });
    synthesized({ ...dev, storage: { ...dev.storage, bucketSuffix: '-7f3' } }).hasResourceProperties(BUCKET, {
      BucketName: 'jao-dev-data-science-7f3'
    });
  });

  it('is closed to the public, versioned, logged and measured', () => {
    synthesized(dev).hasResourceProperties(BUCKET, {
      BucketName: 'jao-dev-data-science',
      PublicAccessBlockConfiguration: CLOSED,
      VersioningConfiguration: { Status: 'Enabled' },
      LoggingConfiguration: {
        DestinationBucketName: { Ref: Match.stringLikeRegexp('^DataAccessLog') },
        LogFilePrefix: 'jao-dev-data-science/'
      },
      MetricsConfigurations: [{ Id: 'EntireBucket' }]
    });
  });

  it('takes requests over TLS only, as its access log does', () => {
    const template = synthesized(dev);
    const policies = Object.values(resourcesOf(template, 'AWS::S3::BucketPolicy'));
    expect(policies).toHaveLength(2);
    for (const { Properties } of policies) {
      expect(Properties['PolicyDocument']).toMatchObject({
        Statement: expect.arrayContaining([
          expect.objectContaining({
            Action: 's3:*',
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } }
          })
        ])
      });
    }
  });

  it('cleans up: broken uploads, temporary objects, old versions', () => {
    synthesized(dev).hasResourceProperties(BUCKET, {
      BucketName: 'jao-dev-data-science',
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 }, Status: 'Enabled' }),
          Match.objectLike({ Prefix: 'tmp/', ExpirationInDays: 14, Status: 'Enabled' }),
          Match.objectLike({ NoncurrentVersionExpiration: { NoncurrentDays: 90 }, Status: 'Enabled' })
        ])
      }
    });
  });

  it('encrypts with the key of S3, or with one of KMS asked once a bucket', () => {
    const rule = (ServerSideEncryptionByDefault: unknown, more = {}) => ({
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault, ...more }]
    });
    synthesized(dev).hasResourceProperties(BUCKET, {
      BucketName: 'jao-dev-data-science',
      BucketEncryption: rule({ SSEAlgorithm: 'AES256' })
    });
    synthesized({ ...dev, encryption: { kind: 'own-key' } }).hasResourceProperties(BUCKET, {
      BucketName: 'jao-dev-data-science',
      BucketEncryption: rule(
        { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: Match.anyValue() },
        { BucketKeyEnabled: true }
      )
    });
  });

  it('outlives the stack, with its access log and its key', () => {
    const template = synthesized({ ...dev, encryption: { kind: 'own-key' } });
    for (const type of [BUCKET, 'AWS::KMS::Key', 'AWS::Logs::LogGroup']) {
      for (const resource of Object.values(resourcesOf(template, type))) {
        expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
      }
    }
  });

  it('lets the notebook use objects but no old versions, and the key through S3 only', () => {
    const grants = grantsOfNotebook(synthesized({ ...dev, encryption: { kind: 'own-key' } }));
    expect(grants['UseData']?.Action).toEqual([
      's3:AbortMultipartUpload',
      's3:DeleteObject',
      's3:GetObject',
      's3:ListMultipartUploadParts',
      's3:PutObject',
      's3:PutObjectTagging'
    ]);
    expect(grants['ListData']?.Action).toEqual([
      's3:GetBucketLocation',
      's3:GetEncryptionConfiguration',
      's3:ListBucket',
      's3:ListBucketMultipartUploads'
    ]);
    expect(grants['UseKeyThroughS3']).toMatchObject({
      Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-2.amazonaws.com' } }
    });
  });
});
