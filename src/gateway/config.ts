import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SOCKET_VARIABLE } from '../contract/routes';
import type { ObjectSettings } from '../contract/object-settings';
import { DEFAULT_MAX_BUSY_HOURS } from '../idle/policy';
import { GatewayError } from './gateway-error';
import { parseProfileFile } from './profile-file';
import { readObjectSettings } from './s3/object-settings';
import { readSageMakerSettings, type SageMakerSettings } from './scale-out/sagemaker-settings';

type TlsMode = 'verify-full' | 'require' | 'disable';

export interface TlsConfig {
  readonly mode: TlsMode;
  readonly caFile: string | null;
}

export type CredentialsConfig =
  | { readonly kind: 'secrets-manager'; readonly secretId: string }
  | {
      readonly kind: 'environment';
      readonly host: string;
      readonly port: number;
      readonly database: string;
      readonly user: string;
      readonly password: string;
    };

/** One replica that queries can go to. */
export interface ProfileConfig {
  readonly name: string;
  /** Shown in red, since others depend on it. */
  readonly production: boolean;
  readonly credentials: CredentialsConfig;
  readonly tls: TlsConfig;
  /** Schemas that names without one are looked for in; null leaves it to the role. */
  readonly searchPath: readonly string[] | null;
}

/** Everything the gateway is told from outside. Read from the environment here and nowhere else. */
export interface Config {
  readonly socketPath: string;
  /** At least one; the first is used where none is named. */
  readonly profiles: readonly ProfileConfig[];
  /** The person that the gateway works for, in the audit file and in pg_stat_activity. */
  readonly user: string;
  readonly audit: { readonly file: string; readonly withSql: boolean; readonly logGroup: string | null };
  /** Physical connections to one replica at most. */
  readonly poolSize: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** How long a snapshot may be held open. */
  readonly snapshotMaxMs: number;
  /** How far several connections may share the read of one table. */
  readonly parallel: { readonly connections: number; readonly thresholdBytes: number };
  /** Sessions of one export by Spark on the replica at most. */
  readonly scaleOutSessions: number;
  /** Spark on SageMaker, where it is set up. */
  readonly sagemakerSpark: SageMakerSettings | null;
  /** By which the gateway starts Spark on this machine; null where it cannot. */
  readonly sparkPython: string | null;
  readonly spoolDirectory: string;
  /** Bytes of results kept on disk at most. */
  readonly spoolBudgetBytes: number;
  readonly region: string;
  readonly dataBucket: string | null;
  /** Of the objects that exports make, where a request leaves them open. */
  readonly objectSettings: ObjectSettings;
  /** Where exports note what they have begun on S3, so that the next gateway can remove what a crash has left. */
  readonly journalDirectory: string;
  readonly encoderWorkers: number;
  readonly idleTimeoutMinutes: number;
  /** Hours without a sign of life after which work counts as stuck. */
  readonly maxBusyHours: number;
  readonly stopper: 'none' | 'sagemaker';
  /** Where the auto-stop program keeps its log, and below `auto-stop/` what it and the gateway tell each other. */
  readonly autoStopDirectory: string;
}

/**
 * | variable | meaning | default |
 * |---|---|---|
 * | JUPYTERLAB_REPLICA_SOCKET | Unix socket to listen on; its directory also holds the spool | required |
 * | JUPYTERLAB_REPLICA_SECRET_ID | name or ARN of the secret with host, readerHost, port, dbname, username, password | – |
 * | PGHOST PGPORT PGDATABASE PGUSER PGPASSWORD | the local alternative to a secret | port 5432 |
 * | JUPYTERLAB_REPLICA_PROFILE | name of that connection | default |
 * | JUPYTERLAB_REPLICA_PRODUCTION | `on` marks it as one to be careful with | off |
 * | JUPYTERLAB_REPLICA_SEARCH_PATH | schemas that names without one are looked for in, such as `analytics,public` | the role's own |
 * | JUPYTERLAB_REPLICA_PROFILES | file with several connections instead, see docs/profiles.md | – |
 * | PGSSLMODE PGSSLROOTCERT | verify-full, require or disable; file of trusted CAs | verify-full, system CAs |
 * | JUPYTERLAB_REPLICA_AUDIT_FILE | one line of JSON a statement | `jupyterlab-replica/audit.jsonl` in XDG_STATE_HOME, by default `~/.local/state`; without a home beside the socket |
 * | JUPYTERLAB_REPLICA_AUDIT_SQL | `on` writes the statements too, and not only their hashes | off |
 * | JUPYTERLAB_REPLICA_AUDIT_LOG_GROUP | log group of CloudWatch that gets a copy of each line | – |
 * | JUPYTERHUB_USER USER | whom the gateway works for | unknown |
 * | JUPYTERLAB_REPLICA_POOL_SIZE | physical connections to one replica at most | 4 |
 * | JUPYTERLAB_REPLICA_CONNECT_TIMEOUT_S | seconds until an unreachable host is given up | 10 |
 * | JUPYTERLAB_REPLICA_STATEMENT_TIMEOUT_S | seconds a statement may run | 3600 |
 * | JUPYTERLAB_REPLICA_SNAPSHOT_MAX_MIN | minutes that a snapshot for several queries may be held | `snapshotMinutes` of JUPYTERLAB_REPLICA_SPARK, else 30 |
 * | JUPYTERLAB_REPLICA_PARALLEL_CONNECTIONS | connections that read one table at most; 1 forbids sharing | 2 |
 * | JUPYTERLAB_REPLICA_PARALLEL_THRESHOLD_MB | tables from this size on are shared although nobody asked | 1024 |
 * | JUPYTERLAB_REPLICA_SPARK_SESSIONS | sessions of one export by Spark on the replica at most | 8 |
 * | JUPYTERLAB_REPLICA_SPARK | what the CDK app tells of Spark on SageMaker, see docs/scale.md | – |
 * | JUPYTERLAB_REPLICA_SPARK_PYTHON | a Python with pyspark, by which the gateway starts Spark on this machine | JupyterLab's own, where it has pyspark |
 * | JUPYTERLAB_REPLICA_SPOOL_DIR | directory for results | `spool` beside the socket |
 * | JUPYTERLAB_REPLICA_SPOOL_BUDGET_MB | results kept on disk at most | 10240 |
 * | JUPYTERLAB_REPLICA_DATA_BUCKET | default bucket of exports | – |
 * | JUPYTERLAB_REPLICA_S3_KMS_KEY | id, ARN or alias of the KMS key of what exports write | the bucket's |
 * | JUPYTERLAB_REPLICA_S3_BUCKET_KEY | `on` saves requests to KMS | the bucket's |
 * | JUPYTERLAB_REPLICA_S3_BUCKET_OWNER | account that must own the buckets that exports go to | – |
 * | JUPYTERLAB_REPLICA_S3_TAGS | tags of what exports write, `team=data,purpose=training` | – |
 * | JUPYTERLAB_REPLICA_S3_STORAGE_CLASS | storage class of what exports write | STANDARD |
 * | JUPYTERLAB_REPLICA_JOURNAL_DIR | where exports note what they have begun on S3 | `exports` beside the audit file |
 * | JUPYTERLAB_REPLICA_ENCODER_WORKERS | worker threads for Parquet | processors − 1 |
 * | JUPYTERLAB_REPLICA_IDLE_TIMEOUT_MIN | minutes until an idle instance stops | 120 |
 * | JUPYTERLAB_REPLICA_MAX_BUSY_H | hours without a sign of life until work counts as stuck | 12 |
 * | JUPYTERLAB_REPLICA_STOPPER | `sagemaker` where auto-stop is installed | none |
 * | JUPYTERLAB_REPLICA_AUTO_STOP_DIR | directory of the auto-stop log | `~/SageMaker` where auto-stop is installed, else that of the socket |
 */
export function readConfig(
  environment: NodeJS.ProcessEnv,
  processors: number,
  readText: (file: string) => string = file => readFileSync(file, 'utf8')
): Config {
  const socketPath = required(environment, SOCKET_VARIABLE);
  const stopper = environment['JUPYTERLAB_REPLICA_STOPPER'] === 'sagemaker' ? 'sagemaker' : 'none';
  const file =
    environment['JUPYTERLAB_REPLICA_AUDIT_FILE'] || auditFile(environment, path.dirname(socketPath));
  const sagemakerSpark = readSageMakerSettings(environment['JUPYTERLAB_REPLICA_SPARK']);
  return {
    socketPath,
    profiles: readProfiles(environment, readText),
    user: environment['JUPYTERHUB_USER'] || environment['USER'] || environment['LOGNAME'] || 'unknown',
    audit: {
      file,
      withSql: environment['JUPYTERLAB_REPLICA_AUDIT_SQL'] === 'on',
      logGroup: environment['JUPYTERLAB_REPLICA_AUDIT_LOG_GROUP'] || null
    },
    poolSize: positive(environment, 'JUPYTERLAB_REPLICA_POOL_SIZE', 4),
    connectTimeoutMs: 1000 * positive(environment, 'JUPYTERLAB_REPLICA_CONNECT_TIMEOUT_S', 10),
    statementTimeoutMs: 1000 * positive(environment, 'JUPYTERLAB_REPLICA_STATEMENT_TIMEOUT_S', 3600),
    snapshotMaxMs:
      60_000 *
      positive(environment, 'JUPYTERLAB_REPLICA_SNAPSHOT_MAX_MIN', sagemakerSpark?.snapshotMinutes ?? 30),
    parallel: {
      connections: positive(environment, 'JUPYTERLAB_REPLICA_PARALLEL_CONNECTIONS', 2),
      thresholdBytes: 2 ** 20 * positive(environment, 'JUPYTERLAB_REPLICA_PARALLEL_THRESHOLD_MB', 1024)
    },
    sagemakerSpark,
    sparkPython: environment['JUPYTERLAB_REPLICA_SPARK_PYTHON'] || null,
    scaleOutSessions: positive(environment, 'JUPYTERLAB_REPLICA_SPARK_SESSIONS', 8),
    spoolDirectory:
      environment['JUPYTERLAB_REPLICA_SPOOL_DIR'] || path.join(path.dirname(socketPath), 'spool'),
    spoolBudgetBytes: 2 ** 20 * positive(environment, 'JUPYTERLAB_REPLICA_SPOOL_BUDGET_MB', 10_240),
    region: environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || '',
    dataBucket: environment['JUPYTERLAB_REPLICA_DATA_BUCKET'] || null,
    objectSettings: readObjectSettings(environment),
    journalDirectory:
      environment['JUPYTERLAB_REPLICA_JOURNAL_DIR'] || path.join(path.dirname(file), 'exports'),
    encoderWorkers: positive(environment, 'JUPYTERLAB_REPLICA_ENCODER_WORKERS', Math.max(1, processors - 1)),
    idleTimeoutMinutes: positive(environment, 'JUPYTERLAB_REPLICA_IDLE_TIMEOUT_MIN', 120),
    maxBusyHours: positive(environment, 'JUPYTERLAB_REPLICA_MAX_BUSY_H', DEFAULT_MAX_BUSY_HOURS),
    stopper,
    autoStopDirectory:
      environment['JUPYTERLAB_REPLICA_AUTO_STOP_DIR'] ||
      (stopper === 'sagemaker'
        ? path.join(environment['HOME'] || '/home/ec2-user', 'SageMaker')
        : path.dirname(socketPath))
  };
}

/** Where it survives the gateway and the machine's restart. */
function auditFile(environment: NodeJS.ProcessEnv, socketDirectory: string): string {
  const home = environment['HOME'];
  const state = environment['XDG_STATE_HOME'] || (home ? path.join(home, '.local', 'state') : '');
  return path.join(state ? path.join(state, 'jupyterlab-replica') : socketDirectory, 'audit.jsonl');
}

function readProfiles(
  environment: NodeJS.ProcessEnv,
  readText: (file: string) => string
): readonly ProfileConfig[] {
  const file = environment['JUPYTERLAB_REPLICA_PROFILES'];
  const tls = readTls(environment);
  if (file) {
    return parseProfileFile(file, textOf(file, readText), environment, tls);
  }
  const name = environment['JUPYTERLAB_REPLICA_PROFILE'] || 'default';
  const production = environment['JUPYTERLAB_REPLICA_PRODUCTION'] === 'on';
  const searchPath = listOf(environment['JUPYTERLAB_REPLICA_SEARCH_PATH']);
  return [{ name, production, credentials: readCredentials(environment), tls, searchPath }];
}

/** What stands between commas; null where nothing does. */
function listOf(value: string | undefined): readonly string[] | null {
  const names = (value ?? '').split(',').flatMap(name => name.trim() || []);
  return names.length > 0 ? names : null;
}

function textOf(file: string, readText: (file: string) => string): string {
  try {
    return readText(file);
  } catch (error) {
    throw new GatewayError(
      'bad-request',
      `The file ${file} with the connection profiles cannot be read.`,
      { subject: 'JUPYTERLAB_REPLICA_PROFILES', action: 'Correct the variable or the rights of the file.' },
      error
    );
  }
}

function readCredentials(environment: NodeJS.ProcessEnv): CredentialsConfig {
  const secretId = environment['JUPYTERLAB_REPLICA_SECRET_ID'];
  if (secretId) {
    return { kind: 'secrets-manager', secretId };
  }
  return {
    kind: 'environment',
    host: environment['PGHOST'] || '',
    port: positive(environment, 'PGPORT', 5432),
    database: environment['PGDATABASE'] || '',
    user: environment['PGUSER'] || '',
    password: environment['PGPASSWORD'] || ''
  };
}

/** PGSSLMODE and PGSSLROOTCERT. Throws GatewayError `bad-request`. */
export function readTls(environment: NodeJS.ProcessEnv): TlsConfig {
  return { mode: readTlsMode(environment), caFile: environment['PGSSLROOTCERT'] || null };
}

function readTlsMode(environment: NodeJS.ProcessEnv): TlsMode {
  const mode = environment['PGSSLMODE'] || 'verify-full';
  if (mode === 'verify-full' || mode === 'require' || mode === 'disable') {
    return mode;
  }
  throw invalid('PGSSLMODE', 'verify-full, require or disable');
}

function required(environment: NodeJS.ProcessEnv, name: string): string {
  return environment[name] || never(invalid(name, 'set'));
}

function positive(environment: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const value = environment[name];
  if (!value) {
    return fallback;
  }
  const parsed = Number(value);
  return parsed > 0 && Number.isFinite(parsed) ? parsed : never(invalid(name, 'a number above 0'));
}

function invalid(name: string, expected: string): GatewayError {
  return new GatewayError('bad-request', `The environment variable ${name} must be ${expected}.`, {
    subject: name
  });
}

function never(error: Error): never {
  throw error;
}
