import { Clipboard, Notification } from '@jupyterlab/apputils';
import { type ExportRequest } from '../../contract/export';
import { errorText } from '../error-notice';
import { errorBodyOf } from '../gateway-client/failure';
import { type ExportDraft, type IReplicaClient, type ScaleOutDraft } from '../tokens';
import { partitionsOf } from './destination';
import { askForTarget } from './export-form';
import { type ExportTarget, proposedKey, type SparkPlace } from './export-target';
import { formatOf } from './file-choice';
import { type RememberedTargets } from './remembered-targets';
import { SPARK_PROPOSAL, type SparkProposal } from './spark-field';

/** A bucket that is only proposed is not worth a longer wait. */
const BUCKET_WAIT_MS = 2_000;

interface ExportSource {
  readonly sql: string;
  readonly params?: ExportRequest['params'];
  readonly secretParams?: readonly number[];
  readonly name: string;
}

/**
 * Asks where to and starts an export; with `now` it asks nothing where a destination is remembered. How it goes is told by
 * its notification.
 */
export async function exportStatement(
  client: IReplicaClient,
  source: ExportSource,
  remembered: RememberedTargets,
  now = false,
  spark = SPARK_PROPOSAL
): Promise<void> {
  const last = await remembered.propose(source.name);
  const target =
    now && last ? last : await ask(client, source, last ?? (await firstTarget(client, source)), spark);
  if (!target) {
    return;
  }
  remembered.remember(source.name, target);
  try {
    await (target.spark
      ? client.startScaleOut(scaleOutOf(source, target, target.spark))
      : client.startExport(requestOf(source, target)));
  } catch (error) {
    const body = errorBodyOf(error);
    const copy = { label: 'Copy details', callback: () => Clipboard.copyToSystem(errorText(body)) };
    const reason = [body.message, body.action].filter(Boolean).join(' ');
    Notification.error(`Export failed. ${reason}`, { autoClose: false, actions: [copy] });
  }
}

function ask(
  client: IReplicaClient,
  source: ExportSource,
  target: ExportTarget,
  spark: SparkProposal
): Promise<ExportTarget | null> {
  return askForTarget(
    // Spark takes no parameters.
    { ...source, target, spark: source.params?.length ? null : spark },
    {
      plan: (wanted, signal) => client.planExport(requestOf(source, wanted), signal),
      buckets: async () => (await client.storage.buckets()).buckets,
      prefixes: async (of, prefix) => (await client.storage.folder(of, prefix)).prefixes
    }
  );
}

/** A version of a dataset in the data bucket. */
async function firstTarget(client: IReplicaClient, { name }: ExportSource): Promise<ExportTarget> {
  const key = proposedKey(name);
  return { bucket: await dataBucket(client), key, kind: 'new-version', format: 'parquet', partitions: '' };
}

/** The gateway's bucket; empty where there is none or no answer in time, so that the person names one. */
async function dataBucket(client: IReplicaClient): Promise<string> {
  const waiting = Notification.emit('Asking the gateway for the data bucket…', 'in-progress', {
    autoClose: false
  });
  const asking = new AbortController();
  // Not AbortSignal.timeout: where nobody else holds such a signal it may be collected as garbage before it fires.
  const late = new Promise<null>(resolve => setTimeout(() => resolve(null), BUCKET_WAIT_MS));
  try {
    return (await Promise.race([client.connection(asking.signal), late]))?.dataBucket ?? '';
  } catch {
    return '';
  } finally {
    asking.abort();
    Notification.dismiss(waiting);
  }
}

function requestOf(
  { sql, params = [], secretParams = [], name }: ExportSource,
  { bucket, key, kind, format, partitions }: ExportTarget
): ExportDraft {
  const partitionBy = partitionsOf(partitions) ?? [];
  const dataset =
    kind === 'object' ? null : { mode: kind, partitionBy, targetFileBytes: null, retain: null, glue: null };
  const origin = { kind: 'export', label: name } as const;
  return { sql, params, secretParams, bucket, key, ...formatOf(format), dataset, origin };
}

function scaleOutOf(source: ExportSource, target: ExportTarget, place: SparkPlace): ScaleOutDraft {
  const { sql, bucket, key, dataset, origin } = requestOf(source, target);
  return { sql, bucket, key, origin, ...(dataset ? { dataset } : {}), ...place };
}
