import type { ExportStatus } from './export';
import { parseDatasetRequest, type DatasetField, type Manifest, type Partition } from './dataset';
import {
  count,
  flag,
  list,
  nullable,
  oneOf,
  optional,
  record,
  text,
  type Parsed,
  type Parser
} from './parse';
import { parseOrigin } from './query';

/**
 * One statement exported by Spark: several sessions read parts of it under one snapshot and write a version of a dataset. The
 * gateway plans the parts and follows the job; the program `python/replica_spark` does the work.
 */
const parseEngine: Parser<'local' | 'sagemaker'> = oneOf('local', 'sagemaker');

export const parseScaleOutRequest = record({
  sql: text,
  bucket: text,
  /** The dataset's prefix. */
  key: text,
  dataset: optional(parseDatasetRequest, parseDatasetRequest({})),
  engine: parseEngine,
  /** Who starts the program of the engine `local`. */
  startedBy: optional(oneOf('client', 'gateway'), 'client'),
  /** A column whose bounds cut a statement that is no plain read of one table; null chooses an indexed one. */
  keyColumn: optional(nullable(text), null),
  /** Parts of the statement; null leaves it to the planner. */
  parts: optional(nullable(count), null),
  /** Sessions on the replica at a time, up to what the gateway allows. */
  sessions: optional(nullable(count), null),
  /** Columns to be read as PostgreSQL's text. */
  asText: optional(list(text), []),
  /** The parts may be transactions of their own where the server shares no snapshot. */
  separateTransactions: optional(flag, false),
  /** Of SageMaker. */
  instances: optional(count, 1),
  instanceType: optional(text, 'ml.m5.xlarge'),
  origin: parseOrigin,
  profile: optional(nullable(text), null),
  /** The id of an open snapshot that the statement sees; null opens one. */
  snapshot: optional(nullable(text), null)
});
export type ScaleOutRequest = Parsed<typeof parseScaleOutRequest>;

/** A job that was started, by its name; the rest of `ScaleOutJobStatus` is for Python. */
export const parseStartedJob = record({ name: text });

/** How Spark makes a column of the contract's type of what JDBC gives. */
export type Conversion = 'none' | 'date' | 'timestamp' | 'timestamptz';

/** Everything that the program needs but a login's secret. Written by the gateway, read in Python. */
export interface ScaleOutPlan {
  readonly formatVersion: 1;
  readonly name: string;
  readonly address: { readonly bucket: string; readonly prefix: string };
  readonly version: string;
  readonly login: {
    readonly kind: 'secrets-manager' | 'environment';
    readonly secretId: string | null;
    readonly sslMode: string;
    readonly sslRootCert: string | null;
    /** Schemas that names without one are looked for in; null leaves it to the role. */
    readonly searchPath: readonly string[] | null;
  };
  /** Null where the parts are transactions of their own. */
  readonly snapshot: { readonly exportedName: string; readonly server: string } | null;
  /** The KMS key of the files; null leaves it to the bucket. */
  readonly encryptionKey: string | null;
  readonly applicationName: string;
  readonly statementTimeoutMs: number;
  /** What stands after FROM; its columns are c0, c1 … and those that `parts` name. */
  readonly source: string;
  readonly columns: readonly { readonly name: string; readonly conversion: Conversion }[];
  /** Conditions on `source`, which together give each row once. */
  readonly parts: readonly string[];
  /** By what the parts are cut, for a person. */
  readonly cutBy: string;
  readonly sessions: number;
  readonly fields: readonly DatasetField[];
  readonly partitions: readonly Partition[];
  /** The manifest without what is known only at its commit. */
  readonly draft: Pick<Manifest, 'tool' | 'user' | 'notebook' | 'query' | 'source'>;
  readonly notes: readonly string[];
}

/** A process by what no other one shares with it; Linux. */
const parseProgramProcess = record({
  /** `pid:[4026531836]`: only there does the number mean anything. */
  namespace: text,
  pid: count,
  /** Clock ticks after the machine's start, as in `/proc/PID/stat`. */
  started: text
});
export type ProgramProcess = Parsed<typeof parseProgramProcess>;

/** What the program writes beside its plan every few seconds. */
export const parseJobReport = record({
  /** Null where it does not run on the gateway's machine. */
  process: optional(nullable(parseProgramProcess), null),
  state: oneOf('starting', 'running', 'done', 'failed', 'cancelled'),
  phase: nullable(text),
  /** ISO 8601, UTC. */
  updatedAt: text,
  rows: count,
  bytes: count,
  files: count,
  partsDone: count,
  parts: count,
  sequence: nullable(count),
  warnings: list(text),
  error: nullable(record({ code: text, message: text, action: nullable(text), detail: nullable(text) })),
  log: list(text)
});
export type JobReport = Parsed<typeof parseJobReport>;

/** A job as a client sees it, beside its `ExportStatus`. */
export interface ScaleOutJobStatus {
  readonly name: string;
  readonly engine: ScaleOutRequest['engine'];
  readonly state: ExportStatus['state'];
  /** `s3://…/plan.json`, which the program is given. */
  readonly plan: string;
  readonly parts: number;
  readonly partsDone: number;
  readonly sessions: number;
  readonly cutBy: string;
  /** False where the parts are transactions of their own. */
  readonly oneSnapshot: boolean;
  readonly notes: readonly string[];
  readonly log: readonly string[];
  /** In US dollars, from the price of the instances and the time by now; null where nothing is billed or no price is known. */
  readonly cost: number | null;
}
