import { RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Configuration } from './configuration';
import type { Names } from './names';
import type { NotebookIdentity } from './notebook-identity';

/** Where the gateway's audit lines go: who ran which statement, when, how many rows. It outlives the stack. */
export class QueryLog extends Construct {
  private readonly group: logs.CfnLogGroup;

  constructor(
    scope: Construct,
    id: string,
    { observability }: Configuration,
    private readonly names: Names
  ) {
    super(scope, id);
    this.group = new logs.CfnLogGroup(this, 'Group', {
      logGroupName: names.queryLogGroup,
      retentionInDays: observability.queryLogDays
    });
    this.group.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }

  /** Adding lines only: what was logged cannot be altered from the notebook. */
  grantTo(identity: NotebookIdentity): void {
    identity.give({
      allow: [
        {
          sid: 'AddToQueryLog',
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
          resources: [this.group.attrArn]
        }
      ],
      tell: { AUDIT_LOG_GROUP: this.names.queryLogGroup }
    });
  }
}
