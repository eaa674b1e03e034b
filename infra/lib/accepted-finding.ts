import { CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts one finding of cdk-nag's AwsSolutions pack on one construct.
 * @param finding as the report prints it after `AwsSolutions::`, such as `AwsSolutions-IAM5[Resource::*]`
 */
export function acceptFinding(construct: IConstruct, finding: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions::${finding}`, reason });
}

/** The name in the template of the resource behind a construct: findings about wildcards hold it. */
export function logicalIdOf(construct: IConstruct): string {
  const resource = construct.node.defaultChild;
  if (!resource || !CfnElement.isCfnElement(resource)) {
    throw new TypeError(`${construct.node.path} has no resource of its own.`);
  }
  return Stack.of(construct).getLogicalId(resource);
}
