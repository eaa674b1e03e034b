import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Configuration } from './configuration';
import type { EncryptionKey } from './encryption-key';
import type { Names } from './names';

/** The topic that alarms and the budget publish to, with its readers. */
export class Alerts extends Construct {
  readonly topic: sns.Topic;

  constructor(
    scope: Construct,
    id: string,
    { observability, account }: Configuration,
    names: Names,
    encryption: EncryptionKey
  ) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', {
      topicName: names.topic,
      displayName: names.stack,
      enforceSSL: true,
      // With a key that does not admit CloudWatch an alarm would be lost without a word.
      ...(encryption.admitsAlerts && encryption.key && { masterKey: encryption.key })
    });
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'PublishAlerts',
        principals: ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'].map(
          service => new iam.ServicePrincipal(service)
        ),
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } }
      })
    );
    for (const email of observability.alertEmails) {
      this.topic.addSubscription(new EmailSubscription(email));
    }
  }
}
