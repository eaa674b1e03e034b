import { type ExportStatus } from '../../contract/export';
import { isFinal, type QueryStatus } from '../../contract/query';
import { exactCount, humanDuration } from '../human-numbers';
import { type IReplicaClient } from '../tokens';
import { type ListItem } from './item-list';
import { headline, ListView } from './list-view';

const EVERY_MS = 2_000;

/** What runs now for this user, in panels, kernels and exports, with Stop. Asked anew while it is looked at. */
export class RunningView extends ListView {
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly client: Pick<
      IReplicaClient,
      'runningQueries' | 'cancelQuery' | 'exports' | 'cancelExport'
    >
  ) {
    super({ id: 'running', label: 'Running', empty: 'None of your queries runs at this moment.' });
  }

  override dispose(): void {
    clearInterval(this.timer);
    super.dispose();
  }

  protected override onAfterShow(): void {
    clearInterval(this.timer);
    this.timer = setInterval(() => void (this.isVisible && this.refresh()), EVERY_MS);
  }

  protected override onAfterHide(): void {
    clearInterval(this.timer);
  }

  protected async read(signal: AbortSignal): Promise<readonly ListItem[]> {
    const [queries, exports] = await Promise.all([
      this.client.runningQueries(signal),
      this.client.exports(signal)
    ]);
    // The query that an export reads from ends with the export.
    const own = queries.filter(({ origin }) => origin.kind !== 'export').map(query => this.query(query));
    const writing = exports.filter(status => !isFinal(status)).map(status => this.export(status));
    return [...own, ...writing];
  }

  private query({ queryId, sql, origin, rows, elapsedMs, state }: QueryStatus): ListItem {
    const progress = state === 'queued' ? 'waits for a connection' : `${exactCount(rows)} rows so far`;
    return this.item(sql, [`${origin.kind} ${origin.label}`, humanDuration(elapsedMs), progress], () =>
      this.client.cancelQuery(queryId)
    );
  }

  private export({ exportId, sql, uri, rowsWritten, elapsedMs }: ExportStatus): ListItem {
    const facts = [`export to ${uri}`, humanDuration(elapsedMs), `${exactCount(rowsWritten)} rows written`];
    return this.item(sql, facts, () => this.client.cancelExport(exportId));
  }

  private item(sql: string, facts: readonly string[], stop: () => Promise<unknown>): ListItem {
    const end = () =>
      void stop()
        .catch(() => undefined)
        .finally(() => this.refresh());
    return {
      ...({
        title: headline(sql),
        hint: sql,
        facts: facts.join(' · '),
        state: 'running',
        open: null
      } as const),
      buttons: [{ label: 'Stop', hint: 'Stop it in the server', run: end }]
    };
  }
}
