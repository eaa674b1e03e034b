import { ENDPOINT_NAMES, type Configuration, type EndpointName, type Rotation } from './configuration';

/** What cannot be right in a configuration, all of it at once, each with the field's path. Empty when all is well. */
export function configurationErrors(configuration: Configuration): readonly string[] {
  return [
    ...identityErrors(configuration),
    ...notebookErrors(configuration),
    ...networkErrors(configuration),
    ...clusterErrors(configuration),
    ...replicaErrors(configuration),
    ...loginErrors(configuration),
    ...storageErrors(configuration),
    ...peopleErrors(configuration),
    ...observabilityErrors(configuration),
    ...scaleOutErrors(configuration)
  ].filter(error => error !== null);
}

type Finding = string | null;

function scaleOutErrors({ scaleOut, database }: Configuration): Finding[] {
  return scaleOut === null
    ? []
    : [
        matches(
          'scaleOut.imageUri',
          scaleOut.imageUri,
          /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/[\w./-]+:[\w.-]+$/,
          "the address of AWS's Spark container with its tag"
        ),
        ...scaleOut.instanceTypes.map((type, index) =>
          matches(
            `scaleOut.instanceTypes[${index}]`,
            type,
            /^ml\.[a-z0-9]+\.[a-z0-9]+$/,
            'an instance type of Processing such as ml.m5.xlarge'
          )
        ),
        whole('scaleOut.mostInstances', scaleOut.mostInstances, 1, 100),
        whole('scaleOut.volumeSizeGb', scaleOut.volumeSizeGb, 1, 16_384),
        whole('scaleOut.maxHours', scaleOut.maxHours, 1, 120),
        whole('scaleOut.snapshotMinutes', scaleOut.snapshotMinutes, 1, 1440),
        ...Object.entries(scaleOut.hourlyUsd).map(([type, usd]) =>
          scaleOut.instanceTypes.includes(type) && usd > 0 && Number.isFinite(usd)
            ? null
            : `scaleOut.hourlyUsd has ${usd} for ${type}: give a price above 0 for one of scaleOut.instanceTypes.`
        ),
        database.login.kind === 'iam'
          ? 'scaleOut needs a login by password: tokens of IAM are valid for 15 minutes.'
          : null
      ];
}

function identityErrors({ projectPrefix, account, region, encryption }: Configuration): Finding[] {
  return [
    matches(
      'projectPrefix',
      projectPrefix,
      /^[a-z][a-z0-9-]{0,14}[a-z0-9]$/,
      'two to sixteen lower-case letters, digits and hyphens, beginning with a letter'
    ),
    matches('account', account, /^\d{12}$/, 'the twelve digits of an AWS account'),
    matches('region', region, /^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as eu-west-2'),
    encryption.kind === 'existing-key'
      ? matches(
          'encryption.keyArn',
          encryption.keyArn,
          /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/.+$/,
          'the ARN of a KMS key (not of an alias)'
        )
      : null
  ];
}

function notebookErrors({ notebook }: Configuration): Finding[] {
  const { gitRepository } = notebook;
  return [
    matches(
      'notebook.instanceType',
      notebook.instanceType,
      /^ml\.[a-z0-9]+\.[a-z0-9]+$/,
      'a notebook instance type such as ml.t3.medium'
    ),
    whole('notebook.volumeSizeGb', notebook.volumeSizeGb, 5, 16_384),
    whole('notebook.idleTimeoutMinutes', notebook.idleTimeoutMinutes, 10, 7 * 24 * 60),
    whole('notebook.databaseConnections', notebook.databaseConnections, 1, 100),
    ...(gitRepository
      ? [
          matches(
            'notebook.gitRepository.url',
            gitRepository.url,
            /^https:\/\/[^\s/@]+\/\S+$/,
            'an https:// address without a user or password in it'
          ),
          matches('notebook.gitRepository.branch', gitRepository.branch, /^\S+$/, 'the name of a branch'),
          gitRepository.secretArn === null
            ? null
            : secretArn('notebook.gitRepository.secretArn', gitRepository.secretArn)
        ]
      : [])
  ];
}

/** Without these the notebook can neither fetch its bundle, log in, stop itself nor report. */
const NEEDED: readonly EndpointName[] = ['sagemakerApi', 'secretsManager', 'monitoring', 'logs'];

function networkErrors({ network, enableSagemakerEnvironment }: Configuration): Finding[] {
  const { endpoints, existingEndpointSecurityGroupId: existingGroup } = network;
  const interfaces = ENDPOINT_NAMES.filter(name => name !== 's3' && endpoints[name]);
  const missing = NEEDED.filter(name => !endpoints[name]);
  return [
    resourceId('network.vpcId', network.vpcId, 'vpc'),
    resourceId('network.notebookSubnetId', network.notebookSubnetId, 'subnet'),
    ...network.endpointSubnetIds.map((id, index) =>
      resourceId(`network.endpointSubnetIds[${index}]`, id, 'subnet')
    ),
    ...network.routeTableIds.map((id, index) => resourceId(`network.routeTableIds[${index}]`, id, 'rtb')),
    resourceId('network.s3PrefixListId', network.s3PrefixListId, 'pl'),
    existingGroup === null
      ? null
      : resourceId('network.existingEndpointSecurityGroupId', existingGroup, 'sg'),
    interfaces.length > 0 && network.endpointSubnetIds.length === 0
      ? `network.endpointSubnetIds is empty, and ${interfaces.join(', ')} need a subnet: name one, or switch them off.`
      : null,
    endpoints.s3 && network.routeTableIds.length === 0
      ? 'network.routeTableIds is empty, and the S3 endpoint is set up in route tables: name those of the notebook subnet, or switch network.endpoints.s3 off.'
      : null,
    enableSagemakerEnvironment && missing.length > 0 && existingGroup === null
      ? `network.endpoints.${missing.join(', network.endpoints.')} ${missing.length > 1 ? 'are' : 'is'} off: name the security group of the endpoint that the VPC has in network.existingEndpointSecurityGroupId, or the notebook cannot reach it.`
      : null,
    ...network.additionalEgress.flatMap((egress, index) =>
      egressErrors(egress, `network.additionalEgress[${index}]`)
    )
  ];
}

function egressErrors(
  { cidr, port, description }: { cidr: string; port: number; description: string },
  path: string
): Finding[] {
  return [
    matches(
      `${path}.cidr`,
      cidr,
      /^\d{1,3}(\.\d{1,3}){3}\/([1-9]|[12]\d|3[0-2])$/,
      'an IPv4 range such as 10.1.2.0/24, and not the whole internet'
    ),
    whole(`${path}.port`, port, 1, 65_535),
    matches(
      `${path}.description`,
      description,
      /^[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/,
      'what lies there, in plain letters'
    )
  ];
}

function clusterErrors({ cluster }: Configuration): Finding[] {
  return [
    matches(
      'cluster.identifier',
      cluster.identifier,
      /^[a-z](-?[a-z0-9])*$/i,
      'the identifier of an Aurora cluster'
    ),
    hostName('cluster.writerEndpoint', cluster.writerEndpoint),
    hostName('cluster.readerEndpoint', cluster.readerEndpoint),
    cluster.writerEndpoint === cluster.readerEndpoint
      ? 'cluster.readerEndpoint is the same as cluster.writerEndpoint: the reader endpoint has .cluster-ro- in it.'
      : null,
    whole('cluster.port', cluster.port, 1, 65_535),
    matches('cluster.databaseName', cluster.databaseName, /^\S.{0,62}$/, 'the name of a database'),
    matches(
      'cluster.engineVersion',
      cluster.engineVersion,
      /^(1[3-9]|[2-9]\d)(\.\d+)*$/,
      'a version of Aurora PostgreSQL from 13 on, such as 16.6'
    ),
    resourceId('cluster.securityGroupId', cluster.securityGroupId, 'sg')
  ];
}

const MONITORING_INTERVALS_SECONDS = [1, 5, 10, 15, 30, 60];

function replicaErrors({ replica }: Configuration): Finding[] {
  const days = replica.performanceInsightsRetentionDays;
  return [
    matches(
      'replica.instanceClass',
      replica.instanceClass,
      /^db\.(serverless|[a-z0-9]+\.[a-z0-9]+)$/,
      'an instance class such as db.r6g.large'
    ),
    MONITORING_INTERVALS_SECONDS.includes(replica.monitoringIntervalSeconds)
      ? null
      : `replica.monitoringIntervalSeconds is ${replica.monitoringIntervalSeconds}: it must be one of ${MONITORING_INTERVALS_SECONDS.join(', ')}.`,
    days === 7 || days === 731 || (Number.isInteger(days / 31) && days > 0 && days < 731)
      ? null
      : `replica.performanceInsightsRetentionDays is ${days}: it must be 7, a multiple of 31, or 731.`
  ];
}

function loginErrors({ database: { username, login } }: Configuration): Finding[] {
  const name = matches(
    'database.username',
    username,
    /^[a-z_][a-z0-9_]{0,62}$/,
    'a PostgreSQL role in lower-case letters, digits and underscores'
  );
  switch (login.kind) {
    case 'iam':
      return [
        name,
        matches(
          'database.login.clusterResourceId',
          login.clusterResourceId,
          /^cluster-[A-Z0-9]+$/,
          'the resource id of the cluster, such as cluster-ABC123'
        )
      ];
    case 'password':
      return [name, ...rotationErrors(login.rotation)];
  }
}

function rotationErrors(rotation: Rotation): Finding[] {
  switch (rotation.kind) {
    case 'off':
      return [];
    case 'alternating-users':
      return [
        whole('database.login.rotation.everyDays', rotation.everyDays, 1, 1000),
        secretArn('database.login.rotation.adminSecretArn', rotation.adminSecretArn)
      ];
  }
}

const LONGEST_BUCKET_NAME = 63;

function storageErrors({ projectPrefix, environment, storage }: Configuration): Finding[] {
  const longest = `${projectPrefix}-${environment}-data-science${storage.bucketSuffix}-logs`;
  return [
    matches(
      'storage.bucketSuffix',
      storage.bucketSuffix,
      /^(-[a-z0-9-]*[a-z0-9])?$/,
      'empty, or a hyphen with lower-case letters, digits and hyphens'
    ),
    longest.length > LONGEST_BUCKET_NAME
      ? `storage.bucketSuffix makes the bucket name ${longest} longer than ${LONGEST_BUCKET_NAME} characters: shorten it.`
      : null,
    whole('storage.accessLogDays', storage.accessLogDays, 1, 3653),
    ...storage.glueDatabases.map((name, index) =>
      matches(
        `storage.glueDatabases[${index}]`,
        name,
        /^[a-z0-9_-]{1,255}$/,
        'the name of a Glue database in lower case'
      )
    )
  ];
}

function peopleErrors({ dataScientistUsers }: Configuration): Finding[] {
  const repeated = dataScientistUsers.filter((user, index) => dataScientistUsers.indexOf(user) !== index);
  return [
    ...dataScientistUsers.map((user, index) =>
      matches(
        `dataScientistUsers[${index}]`,
        user,
        /^[\w+=,.@-]{1,64}$/,
        'the name of an IAM user (its last part, not its ARN)'
      )
    ),
    repeated.length > 0 ? `dataScientistUsers holds ${repeated.join(', ')} twice.` : null
  ];
}

/** What CloudWatch Logs offers. */
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
];

function observabilityErrors({ observability }: Configuration): Finding[] {
  const { alarms, monthlyBudgetUsd, alertEmails, queryLogDays } = observability;
  return [
    ...alertEmails.map((email, index) =>
      matches(`observability.alertEmails[${index}]`, email, /^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'an e-mail address')
    ),
    monthlyBudgetUsd === null || monthlyBudgetUsd > 0
      ? null
      : `observability.monthlyBudgetUsd is ${monthlyBudgetUsd}: it must be above 0, or null for no budget.`,
    LOG_DAYS.includes(queryLogDays)
      ? null
      : `observability.queryLogDays is ${queryLogDays}: CloudWatch Logs keeps ${LOG_DAYS.join(', ')} days.`,
    ...(alarms
      ? [
          percent('replicaCpuPercent', alarms.replicaCpuPercent),
          percent('notebookCpuPercent', alarms.notebookCpuPercent),
          percent('notebookDiskPercent', alarms.notebookDiskPercent),
          whole('observability.alarms.replicaConnections', alarms.replicaConnections, 1, 10_000),
          whole('observability.alarms.replicaLagSeconds', alarms.replicaLagSeconds, 1, 86_400),
          whole('observability.alarms.notebookRunningHours', alarms.notebookRunningHours, 1, 24 * 31)
        ]
      : [])
  ];
}

function matches(path: string, value: string, pattern: RegExp, expected: string): Finding {
  return pattern.test(value) ? null : `${path} is "${value}": it must be ${expected}.`;
}

function whole(path: string, value: number, least: number, most: number): Finding {
  return Number.isInteger(value) && value >= least && value <= most
    ? null
    : `${path} is ${value}: it must be a whole number from ${least} to ${most}.`;
}

function percent(name: string, value: number): Finding {
  return whole(`observability.alarms.${name}`, value, 1, 99);
}

function resourceId(path: string, value: string, prefix: string): Finding {
  return matches(
    path,
    value,
    new RegExp(`^${prefix}-[0-9a-f]{8,17}$`),
    `an id such as ${prefix}-0123456789abcdef0`
  );
}

function hostName(path: string, value: string): Finding {
  return matches(
    path,
    value,
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i,
    'a host name, without a port or postgres://'
  );
}

function secretArn(path: string, value: string): Finding {
  return matches(
    path,
    value,
    /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+$/,
    'the ARN of a secret'
  );
}
