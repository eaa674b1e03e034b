import { Fn, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { acceptFinding } from './accepted-finding';
import type { Configuration, GitRepository } from './configuration';
import { filledScript } from './lifecycle-scripts';
import { METRIC_NAMESPACE, type Names } from './names';
import type { NotebookIdentity } from './notebook-identity';

const LOG_GROUP = '/aws/sagemaker/NotebookInstances';

/** The notebook instance. Call `create` once every part has granted what the notebook needs of it. */
export class Notebook extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly configuration: Configuration,
    private readonly names: Names,
    private readonly identity: NotebookIdentity
  ) {
    super(scope, id);
    const { region, account } = configuration;
    this.name = names.notebook;
    this.arn = `arn:${Stack.of(this).partition}:sagemaker:${region}:${account}:notebook-instance/${names.notebook}`;
    this.mayStopItself();
    this.mayReport();
  }

  create(scriptDirectory: string, notebookGroup: string, key: kms.IKey | null): void {
    const { notebook, network } = this.configuration;
    const { role, settings } = this.identity;
    const lifecycle = new sagemaker.CfnNotebookInstanceLifecycleConfig(this, 'Lifecycle', {
      notebookInstanceLifecycleConfigName: this.names.lifecycleConfiguration,
      onCreate: [{ content: Fn.base64(filledScript(scriptDirectory, 'on-create.sh', settings)) }],
      onStart: [{ content: Fn.base64(filledScript(scriptDirectory, 'on-start.sh', settings)) }]
    });
    const instance = new sagemaker.CfnNotebookInstance(this, 'Instance', {
      notebookInstanceName: this.names.notebook,
      instanceType: notebook.instanceType,
      volumeSizeInGb: notebook.volumeSizeGb,
      platformIdentifier: 'notebook-al2023-v1',
      instanceMetadataServiceConfiguration: { minimumInstanceMetadataServiceVersion: '2' },
      directInternetAccess: 'Disabled',
      rootAccess: 'Disabled',
      subnetId: network.notebookSubnetId,
      securityGroupIds: [notebookGroup],
      roleArn: role.roleArn,
      lifecycleConfigName: lifecycle.attrNotebookInstanceLifecycleConfigName,
      ...(key && { kmsKeyId: key.keyArn }),
      ...(notebook.gitRepository && { defaultCodeRepository: this.gitRepository(notebook.gitRepository) })
    });
    dependOnPolicy(instance, role);
    if (!key) {
      acceptFinding(
        instance,
        'AwsSolutions-SM2',
        'The volume is encrypted with the key that SageMaker keeps; encryption.kind offers a key of your own.'
      );
    }
  }

  private gitRepository({ url, branch, secretArn }: GitRepository): string {
    if (secretArn !== null) {
      this.identity.give({
        allow: [
          {
            sid: 'ReadGitLogin',
            actions: ['secretsmanager:GetSecretValue'],
            resources: [secretArn]
          }
        ],
        tell: {}
      });
    }
    return new sagemaker.CfnCodeRepository(this, 'GitRepository', {
      codeRepositoryName: this.names.codeRepository,
      gitConfig: { repositoryUrl: url, branch, ...(secretArn !== null && { secretArn }) }
    }).attrCodeRepositoryName;
  }

  private mayStopItself(): void {
    const { notebook, region } = this.configuration;
    this.identity.give({
      allow: [
        {
          sid: 'StopItself',
          actions: ['sagemaker:DescribeNotebookInstance', 'sagemaker:StopNotebookInstance'],
          resources: [this.arn]
        }
      ],
      tell: {
        REGION: region,
        IDLE_TIMEOUT_MINUTES: String(notebook.idleTimeoutMinutes),
        POOL_SIZE: String(notebook.databaseConnections)
      }
    });
  }

  private mayReport(): void {
    const { region, account } = this.configuration;
    const logGroup = `arn:${Stack.of(this).partition}:logs:${region}:${account}:log-group:${LOG_GROUP}`;
    acceptFinding(
      this.identity.role,
      `AwsSolutions-IAM5[Resource::${logGroup}:log-stream:${this.names.notebook}/*]`,
      'The streams of this one notebook, whose last parts SageMaker chooses.'
    );
    acceptFinding(
      this.identity.role,
      'AwsSolutions-IAM5[Resource::*]',
      'PutMetricData has no resource level; the condition on the namespace is the border.'
    );
    this.identity.give({
      allow: [
        { sid: 'MakeLogGroup', actions: ['logs:CreateLogGroup'], resources: [logGroup] },
        {
          sid: 'WriteOwnLog',
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [`${logGroup}:log-stream:${this.names.notebook}/*`]
        },
        {
          sid: 'PublishFigures',
          actions: ['cloudwatch:PutMetricData'],
          // Metrics have no ARN; the namespace is the border.
          resources: ['*'],
          conditions: { StringEquals: { 'cloudwatch:namespace': METRIC_NAMESPACE } }
        }
      ],
      tell: { METRICS_NAMESPACE: METRIC_NAMESPACE }
    });
  }
}

/** The role alone is there before what it may do: the first start would then fail to fetch its bundle. */
function dependOnPolicy(instance: sagemaker.CfnNotebookInstance, role: iam.Role): void {
  instance.node.addDependency(role.node.findChild('DefaultPolicy'));
}
