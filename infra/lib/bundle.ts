import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CfnParameter, Stack } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import type { NotebookIdentity } from './notebook-identity';

/** How the bundle gets to S3: uploaded by `cdk deploy`, or by the team itself, which then names the place. */
export type BundleDelivery = 'asset' | 'parameters';

/** What the notebook installs at every start: the wheel, Node and the CA certificates in one archive. */
export class Bundle extends Construct {
  private readonly bucket: string;
  private readonly key: string;
  private readonly sha256: string;

  constructor(scope: Construct, id: string, file: string, delivery: BundleDelivery) {
    super(scope, id);
    this.sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    switch (delivery) {
      case 'asset': {
        const asset = new Asset(this, 'Archive', { path: file });
        this.bucket = asset.s3BucketName;
        this.key = asset.s3ObjectKey;
        break;
      }
      case 'parameters':
        this.bucket = parameter(this, 'BundleBucket', 'Bucket that holds the bundle');
        this.key = parameter(this, 'BundleKey', `Key of the bundle with SHA-256 ${this.sha256}`);
    }
  }

  grantTo(identity: NotebookIdentity): void {
    identity.give({
      allow: [
        {
          sid: 'FetchBundle',
          actions: ['s3:GetObject'],
          resources: [`arn:${Stack.of(this).partition}:s3:::${this.bucket}/${this.key}`]
        }
      ],
      tell: { BUNDLE_S3_URI: `s3://${this.bucket}/${this.key}`, BUNDLE_SHA256: this.sha256 }
    });
  }
}

function parameter(scope: Construct, name: string, description: string): string {
  const made = new CfnParameter(scope, name, { type: 'String', description });
  made.overrideLogicalId(name);
  return made.valueAsString;
}
