import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acceptFinding } from './accepted-finding';
import type { Configuration } from './configuration';
import type { NotebookIdentity } from './notebook-identity';

/** Databases of the Glue Data Catalog, made by others, in which exports may register their tables. */
export class DataCatalog extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly configuration: Configuration
  ) {
    super(scope, id);
  }

  /** Make and change tables, never remove them. Nothing where no database is named. */
  grantTo(identity: NotebookIdentity): void {
    const { storage, region, account } = this.configuration;
    if (storage.glueDatabases.length === 0) {
      return;
    }
    const prefix = `arn:${Stack.of(this).partition}:glue:${region}:${account}`;
    for (const name of storage.glueDatabases) {
      acceptFinding(
        identity.role,
        `AwsSolutions-IAM5[Resource::${prefix}:table/${name}/*]`,
        'The tables of a database that exports may register in: which there are is for its users to say.'
      );
    }
    identity.give({
      allow: [
        {
          sid: 'RegisterTables',
          actions: [
            'glue:GetTable',
            'glue:CreateTable',
            'glue:UpdateTable',
            'glue:GetPartitions',
            'glue:BatchCreatePartition',
            'glue:BatchUpdatePartition',
            'glue:BatchDeletePartition'
          ],
          resources: [
            `${prefix}:catalog`,
            ...storage.glueDatabases.flatMap(name => [
              `${prefix}:database/${name}`,
              `${prefix}:table/${name}/*`
            ])
          ]
        }
      ],
      tell: {}
    });
  }
}
