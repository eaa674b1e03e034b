import { Notification } from '@jupyterlab/apputils';
import { type ExportRequest } from '../../contract/export';
import { errorBodyOf } from '../gateway-client/failure';
import { type ExportDraft, type IReplicaClient } from '../tokens';
import { partitionsOf } from './destination';
import { askForTarget } from './export-form';
import { ExportNotice } from './export-notice';
import { type ExportTarget, proposedKey } from './export-target';

/** A bucket that is only proposed is not worth a longer wait: the connection's details come from the database. */
const BUCKET_WAIT_MS = 2_000;

interface ExportSource {
  readonly sql: string;
  readonly params?: ExportRequest['params'];
  readonly name: string;
}

/** Asks where to, exports, and tells how it goes; resolves when the export has ended. */
export async function exportStatement(client: IReplicaClient, source: ExportSource): Promise<void> {
  const bucket = await dataBucket(client);
  const target = await askForTarget(
    { ...source, target: { bucket, key: proposedKey(source.name) } },
    {
      plan: (wanted, signal) => client.planExport(requestOf(source, wanted, false), signal),
      buckets: async () => (await client.buckets()).buckets,
      prefixes: async (of, prefix) => (await client.folder(of, prefix)).prefixes
    }
  );
  if (target) {
    await exportTo(client, source, target, false);
  }
}

/** The connection's bucket; empty where there is none or no answer in time, so that the person names one. */
async function dataBucket(client: IReplicaClient): Promise<string> {
  const waiting = Notification.emit('Asking the gateway for the data bucket…', 'in-progress', {
    autoClose: false
  });
  try {
    return (await client.connection(AbortSignal.timeout(BUCKET_WAIT_MS))).dataBucket ?? '';
  } catch {
    return '';
  } finally {
    Notification.dismiss(waiting);
  }
}

async function exportTo(
  client: IReplicaClient,
  source: ExportSource,
  target: ExportTarget,
  overwrite: boolean
): Promise<void> {
  const uri = `s3://${target.bucket}/${target.key}`;
  const request = requestOf(source, target, overwrite);
  let exportId: string | null = null;
  let isCancelled = false;
  const cancel = () => {
    isCancelled = true;
    if (exportId) client.cancelExport(exportId).catch(error => notice.fail(errorBodyOf(error)));
  };
  const replace = () => void exportTo(client, source, target, true);
  const notice = new ExportNotice(uri, { cancel, replace });
  try {
    const started = await client.startExport(request);
    exportId = started.exportId;
    if (isCancelled) cancel();
    notice.show(started);
    for await (const status of client.followExport(exportId)) {
      notice.show(status);
    }
  } catch (error) {
    notice.fail(errorBodyOf(error));
  }
}

function requestOf(
  { sql, params = [], name }: ExportSource,
  { bucket, key, kind = 'object', partitions = '' }: ExportTarget,
  overwrite: boolean
): ExportDraft {
  const partitionBy = partitionsOf(partitions) ?? [];
  const dataset =
    kind === 'object' ? null : { mode: kind, partitionBy, targetFileBytes: null, retain: null, glue: null };
  return { sql, params, bucket, key, overwrite, dataset, origin: { kind: 'export', label: name } };
}
