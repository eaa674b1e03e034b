import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Configuration } from './configuration';
import type { Names } from './names';

/** Keys may hold letters and digits only; `npm run outputs` prints them under the names that teams know. */
export function writeOutputs(
  scope: Construct,
  { region, database, cluster, enableSagemakerEnvironment }: Configuration,
  names: Names,
  { replicaHost, secretArn, policyArn }: { replicaHost: string; secretArn: string; policyArn: string | null }
): void {
  const notebook = enableSagemakerEnvironment
    ? {
        notebookName: names.notebook,
        notebookUrl: `https://${region}.console.aws.amazon.com/sagemaker/home?region=${region}#/notebook-instances/${names.notebook}`,
        dataScientistPolicyArn: policyArn
      }
    : {};
  const setup = {
    ...notebook,
    region,
    replicaHost,
    databaseName: cluster.databaseName,
    databaseUsername: database.username,
    secretArn,
    dataBucket: names.bucket,
    dashboard: names.dashboard,
    queryLogGroup: names.queryLogGroup
  };
  new CfnOutput(scope, 'SagemakerSetup', {
    value: Stack.of(scope).toJsonString(setup),
    description: 'Everything a notebook user or an operator has to know'
  });
  if (enableSagemakerEnvironment) {
    new CfnOutput(scope, 'SagemakerNotebookName', { value: names.notebook });
  }
}
