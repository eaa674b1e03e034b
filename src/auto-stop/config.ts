import path from 'node:path';
import { SOCKET_VARIABLE } from '../contract/routes';
import { DEFAULT_MAX_BUSY_HOURS, DEFAULT_WARN_AT_MINUTES } from '../idle/policy';
import { Fault } from './fault';

/** Everything the auto-stop program is told from outside. Read from the environment here and nowhere else. */
export interface Config {
  /** False where nothing is to be stopped: checks then only say what they see. */
  readonly mayStop: boolean;
  /** Of the log; what the program remembers lies below `auto-stop/`. */
  readonly directory: string;
  readonly idleTimeoutMinutes: number;
  readonly maxBusyHours: number;
  readonly warnAtMinutes: readonly number[];
  /** Where Jupyter servers leave their addresses. */
  readonly runtimeDirectory: string;
  /** The gateway's socket; null asks the process table. */
  readonly socketPath: string | null;
  /** CloudWatch namespace of the figures; null sends none. */
  readonly metricsNamespace: string | null;
  /** What SageMaker tells an instance about itself. */
  readonly metadataFile: string;
}

/**
 * | variable | meaning | default |
 * |---|---|---|
 * | JUPYTERLAB_REPLICA_STOPPER | `sagemaker` lets the program stop this notebook instance | none |
 * | JUPYTERLAB_REPLICA_AUTO_STOP_DIR | directory of log and memory | `~/SageMaker` |
 * | JUPYTERLAB_REPLICA_IDLE_TIMEOUT_MIN | minutes until an idle instance stops | 120 |
 * | JUPYTERLAB_REPLICA_MAX_BUSY_H | hours without a sign of life until work counts as stuck | 12 |
 * | JUPYTERLAB_REPLICA_METRICS_NAMESPACE | CloudWatch namespace of the figures | none are sent |
 * | JUPYTERLAB_REPLICA_METADATA_FILE | what names the instance | `/opt/ml/metadata/resource-metadata.json` |
 * | JUPYTERLAB_REPLICA_SOCKET | the gateway's Unix socket | that of the gateways that run |
 * | JUPYTER_RUNTIME_DIR JUPYTER_DATA_DIR XDG_DATA_HOME | where Jupyter servers leave their addresses, as Jupyter reads them | `~/.local/share/jupyter/runtime` |
 *
 * Throws Fault for a number that is none.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const home = environment['HOME'] || '/home/ec2-user';
  const data = environment['JUPYTER_DATA_DIR'] || path.join(dataHome(environment, home), 'jupyter');
  return {
    mayStop: environment['JUPYTERLAB_REPLICA_STOPPER'] === 'sagemaker',
    directory: environment['JUPYTERLAB_REPLICA_AUTO_STOP_DIR'] || path.join(home, 'SageMaker'),
    idleTimeoutMinutes: positive(environment, 'JUPYTERLAB_REPLICA_IDLE_TIMEOUT_MIN', 120),
    maxBusyHours: positive(environment, 'JUPYTERLAB_REPLICA_MAX_BUSY_H', DEFAULT_MAX_BUSY_HOURS),
    warnAtMinutes: DEFAULT_WARN_AT_MINUTES,
    runtimeDirectory: environment['JUPYTER_RUNTIME_DIR'] || path.join(data, 'runtime'),
    socketPath: environment[SOCKET_VARIABLE] || null,
    metricsNamespace: environment['JUPYTERLAB_REPLICA_METRICS_NAMESPACE'] || null,
    metadataFile: environment['JUPYTERLAB_REPLICA_METADATA_FILE'] || '/opt/ml/metadata/resource-metadata.json'
  };
}

const dataHome = (environment: NodeJS.ProcessEnv, home: string): string =>
  environment['XDG_DATA_HOME'] || path.join(home, '.local', 'share');

function positive(environment: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const value = environment[name];
  if (!value) {
    return fallback;
  }
  const parsed = Number(value);
  if (!(parsed > 0 && Number.isFinite(parsed))) {
    throw new Fault(`The environment variable ${name} must be a number above 0.`, `Set ${name} anew.`);
  }
  return parsed;
}
