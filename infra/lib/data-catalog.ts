import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acceptFinding } from './accepted-finding';
import type { Configuration } from './configuration';
import type { NotebookIdentity } from './notebook-identity';

/** Athena's own, which every account has. */
const WORK_GROUP = 'primary';

/** Databases of the Glue Data Catalog, made by others, in which exports may register their tables and Athena reads them. */
export class DataCatalog extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly configuration: Configuration
  ) {
    super(scope, id);
  }

  /** Make and change tables, never remove them, and ask Athena about them. Nothing where no database is named. */
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
    const catalog = [
      `${prefix}:catalog`,
      ...storage.glueDatabases.flatMap(name => [`${prefix}:database/${name}`, `${prefix}:table/${name}/*`])
    ];
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
          resources: catalog
        },
        {
          sid: 'LookUpTables',
          actions: ['glue:GetDatabase', 'glue:GetTables', 'glue:GetPartition'],
          resources: catalog
        },
        {
          sid: 'AskAthena',
          actions: [
            'athena:StartQueryExecution',
            'athena:GetQueryExecution',
            'athena:GetQueryResults',
            'athena:StopQueryExecution'
          ],
          resources: [`arn:${Stack.of(this).partition}:athena:${region}:${account}:workgroup/${WORK_GROUP}`]
        }
      ],
      tell: {}
    });
  }
}
