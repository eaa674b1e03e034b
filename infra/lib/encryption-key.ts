import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Configuration } from './configuration';
import type { Names } from './names';

/** Services that publish to the alert topic and must use its key. */
const PUBLISHERS = ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'];

/** The key of bucket, volume, secret and topic; null where AWS's own keys do. */
export class EncryptionKey extends Construct {
  readonly key: kms.IKey | null;
  /** Whether the topic may use the key: only where its policy is ours to write. */
  readonly admitsAlerts: boolean;

  constructor(scope: Construct, id: string, configuration: Configuration, names: Names) {
    super(scope, id);
    const { encryption, account } = configuration;
    this.admitsAlerts = encryption.kind === 'own-key';
    switch (encryption.kind) {
      case 'aws-managed':
        this.key = null;
        break;
      case 'existing-key':
        this.key = kms.Key.fromKeyArn(this, 'Key', encryption.keyArn);
        break;
      case 'own-key':
        this.key = ownKey(this, names, account);
    }
  }
}

function ownKey(scope: Construct, names: Names, account: string): kms.Key {
  const key = new kms.Key(scope, 'Key', {
    alias: names.keyAlias,
    description: `Data at rest of ${names.stack}`,
    enableKeyRotation: true,
    rotationPeriod: Duration.days(365),
    removalPolicy: RemovalPolicy.RETAIN
  });
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'EncryptAlerts',
      principals: PUBLISHERS.map(service => new iam.ServicePrincipal(service)),
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': account } }
    })
  );
  return key;
}
