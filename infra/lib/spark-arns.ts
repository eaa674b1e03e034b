import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acceptFinding } from './accepted-finding';
import type { NotebookIdentity } from './notebook-identity';

/** Where SageMaker writes the logs of processing jobs. */
export const LOG_GROUP = '/aws/sagemaker/ProcessingJobs';

/** In the stack's own account and region. */
export function arnOf(construct: Construct, service: string, resource: string): string {
  const { partition, region, account } = Stack.of(construct);
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

/** A resource with a wildcard that is meant. */
export function acceptWildcard({ role }: NotebookIdentity, resource: string, reason: string): void {
  acceptFinding(role, `AwsSolutions-IAM5[Resource::${resource}]`, reason);
}
