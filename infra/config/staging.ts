import type { Configuration } from '../lib/configuration';
import {
  ALARMS,
  NEEDED_ENDPOINTS,
  DATABASE_USERNAME,
  PROJECT_PREFIX,
  REGION,
  REPLICA,
  notebookFor
} from './defaults';

/** The ids are examples: put your own in their place. The commands that print them are in infra/README.md. */
export const staging: Configuration = {
  environment: 'staging',
  projectPrefix: PROJECT_PREFIX,
  account: '222222222222',
  region: REGION,
  enableSagemakerEnvironment: true,
  enableDataScienceReplica: true,
  notebook: notebookFor('staging'),
  network: {
    vpcId: 'vpc-02000000000000000',
    notebookSubnetId: 'subnet-0200000000000000a',
    endpointSubnetIds: ['subnet-0200000000000000a', 'subnet-0200000000000000b'],
    routeTableIds: ['rtb-02000000000000000'],
    s3PrefixListId: 'pl-7ca54015',
    endpoints: NEEDED_ENDPOINTS,
    existingEndpointSecurityGroupId: null,
    additionalEgress: []
  },
  cluster: {
    identifier: 'jao-staging-aurora',
    writerEndpoint: 'jao-staging-aurora.cluster-example.eu-west-2.rds.amazonaws.com',
    readerEndpoint: 'jao-staging-aurora.cluster-ro-example.eu-west-2.rds.amazonaws.com',
    port: 5432,
    databaseName: 'jao',
    engineVersion: '16.6',
    securityGroupId: 'sg-02000000000000000'
  },
  replica: REPLICA,
  database: {
    username: DATABASE_USERNAME,
    login: {
      kind: 'password',
      rotation: {
        kind: 'alternating-users',
        everyDays: 30,
        adminSecretArn: 'arn:aws:secretsmanager:eu-west-2:222222222222:secret:jao-staging/aurora/admin-a1b2c3'
      }
    }
  },
  storage: { bucketSuffix: '', accessLogDays: 365, glueDatabases: [] },
  encryption: { kind: 'own-key' },
  dataScientistUsers: [],
  observability: {
    alertEmails: [],
    monthlyBudgetUsd: 400,
    alarms: ALARMS,
    queryLogDays: 365
  },
  scaleOut: null
};
