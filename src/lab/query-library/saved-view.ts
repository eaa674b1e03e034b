import { InputDialog, Notification } from '@jupyterlab/apputils';
import { type SavedQuery, type Written } from '../../contract/history';
import { errorBodyOf } from '../gateway-client/failure';
import { type IReplicaClient } from '../tokens';
import { type ListItem } from './item-list';
import { headline, ListView } from './list-view';

const UNDO_MS = 10_000;

/** Statements kept under names. */
export class SavedView extends ListView {
  constructor(
    private readonly client: Pick<IReplicaClient, 'savedQueries' | 'saveQuery' | 'removeSavedQuery'>,
    private readonly open: (written: Written, name: string) => void
  ) {
    super({
      id: 'saved',
      label: 'Saved',
      empty: 'Nothing is saved yet. “★ Save” in a query panel keeps its statement under a name.'
    });
  }

  protected async read(signal: AbortSignal): Promise<readonly ListItem[]> {
    return (await this.client.savedQueries(signal)).map(query => this.item(query));
  }

  private item(query: SavedQuery): ListItem {
    const { name, written } = query;
    return {
      title: name,
      hint: written.sql,
      facts: headline(written.sql),
      state: 'kept',
      open: () => this.open(written, name),
      buttons: [
        { label: 'Rename', hint: 'Give it another name', run: () => void this.rename(query) },
        {
          label: 'Delete',
          hint: 'Delete it; this can be undone for a moment',
          run: () => void this.remove(query)
        }
      ]
    };
  }

  private async rename(query: SavedQuery): Promise<void> {
    const { value } = await InputDialog.getText({
      title: 'Rename the saved query',
      text: query.name,
      okLabel: 'Rename'
    });
    if (value?.trim()) {
      await this.change(() => this.client.saveQuery({ ...query, name: value.trim() }));
    }
  }

  private async remove(query: SavedQuery): Promise<void> {
    await this.change(() => this.client.removeSavedQuery(query.id));
    Notification.info(`“${query.name}” is deleted.`, {
      autoClose: UNDO_MS,
      actions: [{ label: 'Undo', callback: () => void this.change(() => this.client.saveQuery(query)) }]
    });
  }

  private async change(work: () => Promise<unknown>): Promise<void> {
    await work().catch((error: unknown) => Notification.error(errorBodyOf(error).message));
    await this.refresh();
  }
}
