import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acceptFinding } from './accepted-finding';
import type { Configuration } from './configuration';
import type { Names } from './names';

/**
 * The people who open the notebook. They may start, stop and open it, not change it: a changed lifecycle script runs as root
 * under the notebook's own role.
 */
export class DataScientists extends Construct {
  readonly policyArn: string;

  constructor(
    scope: Construct,
    id: string,
    { dataScientistUsers }: Configuration,
    names: Names,
    notebookArn: string
  ) {
    super(scope, id);
    const policy = new iam.ManagedPolicy(this, 'Policy', {
      managedPolicyName: names.dataScientists,
      description: `Open, start and stop ${names.notebook}`,
      statements: [
        new iam.PolicyStatement({
          sid: 'UseNotebook',
          actions: [
            'sagemaker:CreatePresignedNotebookInstanceUrl',
            'sagemaker:DescribeNotebookInstance',
            'sagemaker:StartNotebookInstance',
            'sagemaker:StopNotebookInstance'
          ],
          resources: [notebookArn]
        }),
        new iam.PolicyStatement({
          sid: 'FindNotebook',
          actions: ['sagemaker:ListNotebookInstances'],
          // AWS offers no resource for a list.
          resources: ['*']
        })
      ]
    });
    acceptFinding(
      policy,
      'AwsSolutions-IAM5[Resource::*]',
      'ListNotebookInstances has no resource level; without it the console shows nobody the notebook.'
    );
    const group = new iam.CfnGroup(this, 'Group', {
      groupName: names.dataScientists,
      managedPolicyArns: [policy.managedPolicyArn]
    });
    if (dataScientistUsers.length > 0) {
      new iam.CfnUserToGroupAddition(this, 'Members', {
        groupName: group.ref,
        users: [...dataScientistUsers]
      });
    }
    this.policyArn = policy.managedPolicyArn;
  }
}
