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
export const dev: Configuration = {
  environment: 'dev',
  projectPrefix: PROJECT_PREFIX,
  account: '111111111111',
  region: REGION,
  enableSagemakerEnvironment: true,
  enableDataScienceReplica: true,
  notebook: notebookFor('dev'),
  network: {
    vpcId: 'vpc-01000000000000000',
    notebookSubnetId: 'subnet-0100000000000000a',
    endpointSubnetIds: ['subnet-0100000000000000a'],
    routeTableIds: ['rtb-01000000000000000'],
    s3PrefixListId: 'pl-7ca54015',
    endpoints: NEEDED_ENDPOINTS,
    existingEndpointSecurityGroupId: null,
    additionalEgress: []
  },
  cluster: {
    identifier: 'jao-dev-aurora',
    writerEndpoint: 'jao-dev-aurora.cluster-example.eu-west-2.rds.amazonaws.com',
    readerEndpoint: 'jao-dev-aurora.cluster-ro-example.eu-west-2.rds.amazonaws.com',
    port: 5432,
    databaseName: 'jao',
    engineVersion: '16.6',
    securityGroupId: 'sg-01000000000000000'
  },
  replica: REPLICA,
  database: {
    username: DATABASE_USERNAME,
    login: { kind: 'password', rotation: { kind: 'off' } }
  },
  storage: { bucketSuffix: '', accessLogDays: 30, glueDatabases: [] },
  encryption: { kind: 'aws-managed' },
  dataScientistUsers: [],
  observability: {
    alertEmails: [],
    monthlyBudgetUsd: 150,
    alarms: ALARMS,
    queryLogDays: 30
  },
  scaleOut: null
};
