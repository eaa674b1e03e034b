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
export const prod: Configuration = {
  environment: 'prod',
  projectPrefix: PROJECT_PREFIX,
  account: '333333333333',
  region: REGION,
  enableSagemakerEnvironment: true,
  enableDataScienceReplica: true,
  notebook: notebookFor('prod'),
  network: {
    vpcId: 'vpc-03000000000000000',
    notebookSubnetId: 'subnet-0300000000000000a',
    endpointSubnetIds: ['subnet-0300000000000000a', 'subnet-0300000000000000b'],
    routeTableIds: ['rtb-03000000000000000'],
    s3PrefixListId: 'pl-7ca54015',
    endpoints: NEEDED_ENDPOINTS,
    existingEndpointSecurityGroupId: null,
    additionalEgress: []
  },
  cluster: {
    identifier: 'jao-prod-aurora',
    writerEndpoint: 'jao-prod-aurora.cluster-example.eu-west-2.rds.amazonaws.com',
    readerEndpoint: 'jao-prod-aurora.cluster-ro-example.eu-west-2.rds.amazonaws.com',
    port: 5432,
    databaseName: 'jao',
    engineVersion: '16.6',
    securityGroupId: 'sg-03000000000000000'
  },
  replica: { ...REPLICA, instanceClass: 'db.r6g.xlarge' },
  database: {
    username: DATABASE_USERNAME,
    login: {
      kind: 'password',
      rotation: {
        kind: 'alternating-users',
        everyDays: 30,
        adminSecretArn: 'arn:aws:secretsmanager:eu-west-2:333333333333:secret:jao-prod/aurora/admin-a1b2c3'
      }
    }
  },
  storage: { bucketSuffix: '', accessLogDays: 365, glueDatabases: [] },
  encryption: { kind: 'own-key' },
  dataScientistUsers: [],
  observability: {
    alertEmails: [],
    monthlyBudgetUsd: 900,
    alarms: ALARMS,
    queryLogDays: 365
  },
  scaleOut: null
};
