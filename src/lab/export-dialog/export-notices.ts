import { type ExportStatus } from '../../contract/export';
import { isFinal } from '../../contract/query';
import { errorBodyOf } from '../gateway-client/failure';
import { copyReadCode } from '../read-code/read-code-menu';
import { type IReplicaClient } from '../tokens';
import { ExportNotice } from './export-notice';

/** A notification for each export that this page starts, and for those that ran when it was loaded. */
export class ExportNotices {
  private readonly watched = new Set<string>();

  constructor(
    private readonly client: IReplicaClient,
    private readonly openManifest: (status: ExportStatus) => void
  ) {
    client.exportStarted.connect((_, status) => void this.watch(status));
  }

  /** Takes up exports that run already. Resolves when they have ended. */
  async resume(): Promise<void> {
    // A gateway that is not there has nothing that runs; the sidebar says why.
    const exports = await this.client.exports().catch(() => []);
    await Promise.all(exports.filter(status => !isFinal(status)).map(status => this.watch(status)));
  }

  /** Shows how an export goes until it ends. */
  private async watch(started: ExportStatus): Promise<void> {
    const { client } = this;
    const { exportId, uri } = started;
    if (this.watched.has(exportId)) {
      return;
    }
    this.watched.add(exportId);
    const told = (work: Promise<unknown>) => void work.catch(error => notice.fail(errorBodyOf(error)));
    const notice = new ExportNotice(uri, {
      cancel: () => told(client.cancelExport(exportId)),
      replace: () => told(client.retryExport(exportId, true)),
      code: (status, x, y) => void copyReadCode(client.storage, status, x, y),
      manifest: this.openManifest
    });
    notice.show(started);
    try {
      for await (const status of client.followExport(exportId)) {
        notice.show(status);
      }
    } catch (error) {
      notice.fail(errorBodyOf(error));
    }
  }
}
