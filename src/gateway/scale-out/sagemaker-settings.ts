import {
  list,
  nullable,
  number,
  optional,
  record,
  text,
  type Parsed,
  type Parser
} from '../../contract/parse';
import { GatewayError } from '../gateway-error';

/** By instance type. */
const parsePrices: Parser<Readonly<Record<string, number>>> = (value, path = '') => {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.map(([type, price]) => [type, number(price, `${path}.${type}`)]));
};

/** Where and as what Spark may run on SageMaker; written by the CDK app, which grants exactly this. */
const parseSettings = record({
  roleArn: text,
  /** AWS's Spark container of the region. */
  imageUri: text,
  subnets: list(text),
  securityGroupIds: list(text),
  /** Those that may be used. */
  instanceTypes: list(text),
  mostInstances: optional(number, 8),
  volumeSizeGb: optional(number, 100),
  volumeKmsKeyArn: optional(nullable(text), null),
  /** `s3://…`, a prefix with PostgreSQL's JDBC driver in it. */
  jarsUri: text,
  maxHours: optional(number, 24),
  /** How long the gateway holds a snapshot for machines that start. */
  snapshotMinutes: optional(number, 30),
  /** US dollars an hour. */
  hourlyUsd: optional(parsePrices, {})
});
export type SageMakerSettings = Parsed<typeof parseSettings>;

/**
 * The setting JUPYTERLAB_REPLICA_SPARK, written `roleArn=…,subnets=a+b,hourlyUsd=ml.m5.xlarge:2`; null without it and for `none`.
 * Throws GatewayError `bad-request` for one that cannot be read.
 */
export function readSageMakerSettings(written: string | undefined): SageMakerSettings | null {
  if (!written || written === 'none') {
    return null;
  }
  try {
    return parseSettings(Object.fromEntries(written.split(',').map(readSetting)));
  } catch (error) {
    throw new GatewayError(
      'bad-request',
      `The environment variable JUPYTERLAB_REPLICA_SPARK cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      { subject: 'JUPYTERLAB_REPLICA_SPARK', action: 'Take it from the output of the CDK app.' },
      error
    );
  }
}

const LISTS = new Set(['subnets', 'securityGroupIds', 'instanceTypes']);
const NUMBERS = new Set(['mostInstances', 'volumeSizeGb', 'maxHours', 'snapshotMinutes']);

function readSetting(written: string): readonly [string, unknown] {
  const at = written.indexOf('=');
  const [name, value] = [written.slice(0, at), written.slice(at + 1)];
  if (LISTS.has(name)) {
    return [name, value.split('+')];
  }
  if (name === 'hourlyUsd') {
    const prices = value.split('+').map(price => price.split(':'));
    return [name, Object.fromEntries(prices.map(([type = '', usd]) => [type, Number(usd)]))];
  }
  return [name, NUMBERS.has(name) ? Number(value) : value];
}
