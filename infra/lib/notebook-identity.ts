import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Configuration } from './configuration';
import type { Setting } from './lifecycle-scripts';

/** What a part gives the notebook: the right to use it, and how the machine is told where it is. */
export interface Gift {
  readonly allow: readonly iam.PolicyStatementProps[];
  readonly tell: Readonly<Partial<Record<Setting, string>>>;
}

/** The role of the notebook, or of what else SageMaker runs, and the settings of its machine, filled by the parts that it uses. */
export class NotebookIdentity extends Construct {
  readonly role: iam.Role;
  readonly settings: Partial<Record<Setting, string>> = {};

  constructor(
    scope: Construct,
    id: string,
    { account }: Configuration,
    { name, description }: { readonly name: string; readonly description: string }
  ) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      roleName: name,
      description,
      assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } }
      })
    });
  }

  give(gift: Gift): void {
    for (const statement of gift.allow) {
      this.role.addToPolicy(new iam.PolicyStatement(statement));
    }
    Object.assign(this.settings, gift.tell);
  }
}
