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
  /** US dollars an hour. */
  hourlyUsd: optional(parsePrices, {})
});
export type SageMakerSettings = Parsed<typeof parseSettings>;

/** The setting JUPYTERLAB_REPLICA_SPARK, or null without it. Throws GatewayError `bad-request` for one that cannot be read. */
export function readSageMakerSettings(json: string | undefined): SageMakerSettings | null {
  if (!json) {
    return null;
  }
  try {
    return parseSettings(JSON.parse(json));
  } catch (error) {
    throw new GatewayError(
      'bad-request',
      `The environment variable JUPYTERLAB_REPLICA_SPARK cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      { subject: 'JUPYTERLAB_REPLICA_SPARK', action: 'Take it from the output of the CDK app.' },
      error
    );
  }
}
