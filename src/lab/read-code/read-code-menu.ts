import { Clipboard, Notification } from '@jupyterlab/apputils';
import { type ExportStatus } from '../../contract/export';
import { errorBodyOf } from '../gateway-client/failure';
import { openMenu } from '../result-grid/grid-menus';
import { type IStorageClient } from '../tokens';
import { readCode, READER_LABELS, READERS, type ReadTarget } from './read-code';

/** What code that reads an export's rows has to know. Rejects as the gateway's routes do. */
async function readTargetOfExport(
  storage: IStorageClient,
  { bucket, key, uri, format, dataset, version }: ExportStatus
): Promise<ReadTarget> {
  return dataset
    ? { kind: 'dataset', uri, manifest: await storage.manifest({ bucket, prefix: key }, version) }
    : { kind: 'object', uri, format };
}

/** Asks for which reader, and copies the code for it. */
export async function copyReadCode(
  storage: IStorageClient,
  status: ExportStatus,
  x: number,
  y: number
): Promise<void> {
  let target: ReadTarget;
  try {
    target = await readTargetOfExport(storage, status);
  } catch (error) {
    const { message, action } = errorBodyOf(error);
    Notification.error([message, action].filter(Boolean).join(' '));
    return;
  }
  const entries = READERS.flatMap(reader => {
    const code = readCode(reader, target);
    return code === null
      ? []
      : { label: `Copy code for ${READER_LABELS[reader]}`, run: () => Clipboard.copyToSystem(code) };
  });
  openMenu(entries, x, y);
}
