import { Stack, Tags, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alarms } from './alarms';
import { Alerts } from './alerts';
import { Bundle, type BundleDelivery } from './bundle';
import type { Configuration } from './configuration';
import { Dashboard } from './dashboard';
import { DataCatalog } from './data-catalog';
import { DataBucket } from './data-bucket';
import { DataScientists } from './data-scientists';
import { DatabaseLogin } from './database-login';
import { EncryptionKey } from './encryption-key';
import { MonthlyBudget } from './monthly-budget';
import { namesOf, type Names } from './names';
import { Network } from './network';
import { Notebook } from './notebook';
import { NotebookIdentity } from './notebook-identity';
import { writeOutputs } from './outputs';
import { PasswordRotation } from './password-rotation';
import { QueryLog } from './query-log';
import { Replica } from './replica';
import { ScaleOut } from './scale-out';

export interface DataScienceStackProps extends StackProps {
  readonly configuration: Configuration;
  /** Directory of on-create.sh and on-start.sh. */
  readonly lifecycleScripts: string;
  /** The archive that `npm run bundle` made. */
  readonly bundle: string;
  readonly bundleDelivery: BundleDelivery;
}

/** A notebook and a reader for data science, beside a VPC and an Aurora cluster that exist. */
export class DataScienceStack extends Stack {
  constructor(scope: Construct, id: string, props: DataScienceStackProps) {
    super(scope, id, props);
    const { configuration } = props;
    const names = namesOf(configuration);

    const encryption = new EncryptionKey(this, 'Encryption', configuration, names);
    const replica = configuration.enableDataScienceReplica
      ? new Replica(this, 'Replica', configuration, names, encryption.key)
      : null;
    const replicaHost = replica?.host ?? configuration.cluster.readerEndpoint;
    const login = new DatabaseLogin(this, 'DatabaseLogin', configuration, names, encryption.key, replicaHost);
    const data = new DataBucket(this, 'Data', configuration, names, encryption.key);
    const queryLog = new QueryLog(this, 'QueryLog', configuration, names);
    const dataScientists = configuration.enableSagemakerEnvironment
      ? this.openNotebook(props, names, { encryption, login, data, queryLog })
      : null;

    this.observe(configuration, names, encryption, replica);
    writeOutputs(this, configuration, names, {
      replicaHost,
      secretArn: login.secret.secretArn,
      policyArn: dataScientists?.policyArn ?? null
    });
    Tags.of(this).add(names.tag.key, names.tag.value, {
      // CloudFormation takes no tags there.
      excludeResourceTypes: ['AWS::SageMaker::NotebookInstanceLifecycleConfig']
    });
  }

  private openNotebook(
    { configuration, lifecycleScripts, bundle, bundleDelivery }: DataScienceStackProps,
    names: Names,
    { encryption, login, data, queryLog }: NotebookParts
  ): DataScientists {
    const network = new Network(this, 'Network', configuration, names);
    const identity = new NotebookIdentity(this, 'NotebookIdentity', configuration, {
      name: names.notebookRole,
      description: `What the notebook ${names.notebook} may do`
    });
    const notebook = new Notebook(this, 'Notebook', configuration, names, identity);
    const catalog = new DataCatalog(this, 'DataCatalog', configuration);
    const delivered = new Bundle(this, 'Bundle', bundle, bundleDelivery);
    for (const part of [login, data, catalog, queryLog, delivered]) {
      part.grantTo(identity);
    }
    if (configuration.scaleOut) {
      const parts = { network, login, data, encryption };
      new ScaleOut(this, 'ScaleOut', configuration, configuration.scaleOut, names, parts).grantTo(identity);
    } else {
      identity.give({ allow: [], tell: { SPARK: 'none' } });
    }
    notebook.create(lifecycleScripts, network.notebookGroup, encryption.key);

    const { login: loginSettings } = configuration.database;
    if (loginSettings.kind === 'password' && loginSettings.rotation.kind !== 'off') {
      new PasswordRotation(this, 'PasswordRotation', configuration, names, loginSettings.rotation, {
        login,
        network,
        keyArn: encryption.key?.keyArn
      });
    }
    return new DataScientists(this, 'DataScientists', configuration, names, notebook.arn);
  }

  private observe(
    configuration: Configuration,
    names: Names,
    encryption: EncryptionKey,
    replica: Replica | null
  ): void {
    const { observability, cluster, enableSagemakerEnvironment } = configuration;
    const { topic } = new Alerts(this, 'Alerts', configuration, names, encryption);
    if (observability.alarms) {
      const alarms = new Alarms(this, 'Alarms', observability.alarms, names, topic);
      if (replica) {
        alarms.watchReplica(replica.identifier);
      }
      if (enableSagemakerEnvironment) {
        alarms.watchNotebook();
      }
    }
    if (observability.monthlyBudgetUsd !== null) {
      new MonthlyBudget(this, 'MonthlyBudget', observability.monthlyBudgetUsd, names, topic);
    }
    new Dashboard(this, 'Dashboard', names, {
      databaseDimensions: replica
        ? { DBInstanceIdentifier: replica.identifier }
        : { DBClusterIdentifier: cluster.identifier, Role: 'READER' }
    });
  }
}

interface NotebookParts {
  readonly encryption: EncryptionKey;
  readonly login: DatabaseLogin;
  readonly data: DataBucket;
  readonly queryLog: QueryLog;
}
