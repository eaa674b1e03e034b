import { Dialog, showDialog } from '@jupyterlab/apputils';
import { type HistoryEntry, type Written } from '../../contract/history';
import { exactCount, humanDuration } from '../human-numbers';
import { type IReplicaClient } from '../tokens';
import { type ListItem } from './item-list';
import { headline, ListView } from './list-view';

const PAUSE_MS = 200;

/** What was run, newest first, with a search over text, values, panel and message. */
export class HistoryView extends ListView {
  private readonly search = document.createElement('input');
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly client: Pick<IReplicaClient, 'history' | 'forgetHistory'>,
    private readonly open: (written: Written) => void,
    private readonly keep: (written: Written) => void
  ) {
    super({
      id: 'history',
      label: 'History',
      empty:
        'Nothing here. Statements that you run are remembered, for you alone, on the machine of this Jupyter server.'
    });
    this.search.type = 'search';
    this.search.placeholder = 'search statements…';
    this.search.setAttribute('aria-label', 'Search the history');
    this.search.addEventListener('input', () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.refresh(), PAUSE_MS);
    });
    const clear = document.createElement('button');
    clear.className = 'jp-Button jp-mod-minimal jp-ReplicaQuery-footerButton';
    clear.textContent = 'Clear…';
    clear.title = 'Forget everything that was run';
    clear.addEventListener('click', () => void this.clear());
    this.head.append(this.search, clear);
  }

  override dispose(): void {
    clearTimeout(this.timer);
    super.dispose();
  }

  protected async read(signal: AbortSignal): Promise<readonly ListItem[]> {
    const entries = await this.client.history(this.search.value, signal);
    return entries.map(entry => this.item(entry));
  }

  private item(entry: HistoryEntry): ListItem {
    const { id, written, state } = entry;
    return {
      title: headline(written.sql),
      hint: written.sql,
      facts: historyFacts(entry),
      state,
      open: () => this.open(written),
      buttons: [
        { label: 'Save', hint: 'Keep it under a name', run: () => this.keep(written) },
        {
          label: 'Forget',
          hint: 'Take it out of the history',
          run: () => void this.client.forgetHistory(id).finally(() => this.refresh())
        }
      ]
    };
  }

  private async clear(): Promise<void> {
    const answer = await showDialog({
      title: 'Forget the whole history?',
      body: 'Saved queries stay.',
      buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: 'Forget' })]
    });
    if (answer.button.accept) {
      await this.client.forgetHistory(null).catch(() => undefined);
      await this.refresh();
    }
  }
}

/** How it went, when and where. */
export function historyFacts({
  state,
  rows,
  truncated,
  elapsedMs,
  startedAt,
  origin,
  message,
  written
}: HistoryEntry): string {
  const at = new Date(startedAt).toLocaleString();
  const told =
    state === 'done'
      ? `${rows === 1 ? '1 row' : `${exactCount(rows)} rows`}${truncated ? ' (cut)' : ''}`
      : state === 'failed'
        ? `failed: ${message ?? ''}`
        : 'stopped';
  const values = written.parameters.map(
    ({ name, value, secret }) => `${name} = ${secret ? '(secret)' : (value ?? 'NULL')}`
  );
  return [told, humanDuration(elapsedMs), at, origin.label, ...values].filter(Boolean).join(' · ');
}
