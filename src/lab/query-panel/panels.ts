import { type JupyterFrontEnd } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import { UUID } from '@lumino/coreutils';
import { previewSql, PREVIEW_ROWS } from '../../sql/preview';
import { type IQueryPanels, type RelationName } from '../tokens';
import { type PanelServices } from './panel-services';
import { type PanelState, parsePanelState } from './panel-state';
import { QueryPanel } from './query-panel';
import { type ResultTabs } from './result-tabs';

const SAVE_AFTER_MS = 400;

/** All query panels that are open. */
export class QueryPanels implements IQueryPanels {
  readonly tracker = new WidgetTracker<QueryPanel>({ namespace: 'replica-query' });

  constructor(
    private readonly shell: JupyterFrontEnd.IShell,
    private readonly services: PanelServices
  ) {}

  get tabs(): ResultTabs {
    return this.services.tabs;
  }

  async open(options: Parameters<IQueryPanels['open']>[0] = {}): Promise<void> {
    const parameters = (options.parameters ?? []).map(({ name, value, secret }) => ({
      ...{ name, text: value, secret },
      isNull: value === null && !secret
    }));
    await this.openWith(parsePanelState({ ...options, parameters }));
  }

  async preview(relation: RelationName): Promise<void> {
    const sql = previewSql(relation.schema, relation.relation);
    const open = this.tracker.find(
      ({ state, editor }) =>
        isSame(state.preview, relation) && editor.text === sql && state.profile === this.activeProfile
    );
    if (open) {
      this.shell.activateById(open.id);
      await open.runWhole(PREVIEW_ROWS);
      return;
    }
    const name = relation.schema === 'public' ? relation.relation : `${relation.schema}.${relation.relation}`;
    await this.openWith(parsePanelState({ sql, name, preview: relation, rowLimit: PREVIEW_ROWS, run: true }));
  }

  insert(text: string): boolean {
    const panel = this.current;
    panel?.editor.insert(text);
    return panel !== null;
  }

  statement(): ReturnType<IQueryPanels['statement']> {
    const panel = this.tracker.currentWidget;
    const meant = panel?.runs.meant;
    return panel && meant
      ? {
          ...{
            sql: meant.text,
            parameters: meant.parameters ?? [],
            name: panel.name,
            profile: panel.profile
          },
          estimatedBytes: panel.bytesOf(meant)
        }
      : null;
  }

  /** The panel that is in front and in use. */
  get current(): QueryPanel | null {
    const { currentWidget } = this.tracker;
    return currentWidget && currentWidget === this.shell.currentWidget ? currentWidget : null;
  }

  /** Opens a panel with what another one has, but for its result. */
  async openCopy({ sql, rowLimit, profile, name }: PanelState): Promise<void> {
    await this.openWith(parsePanelState({ sql, rowLimit, name, profile }));
  }

  private get activeProfile(): string | null {
    return this.services.profiles?.active?.name ?? null;
  }

  /** Opens a panel as it was saved, or a new one. */
  async openWith(state: PanelState): Promise<QueryPanel> {
    if (state.profile === undefined) {
      await this.services.profiles?.ready;
    }
    const profile = state.profile === undefined ? this.activeProfile : state.profile;
    const rowLimit = state.rowLimit === undefined ? this.services.settings().rowLimit : state.rowLimit;
    const panel = new QueryPanel(
      this.services,
      state.name ?? this.freeName(),
      { ...state, profile },
      rowLimit
    );
    panel.id = state.id ?? `jp-replica-query-${UUID.uuid4()}`;
    await this.tracker.add(panel);
    this.saveChanges(panel);
    this.shell.add(panel, 'main');
    if (state.queryId && state.sent) {
      void panel.model.resume(state.queryId, state.sent);
    } else if (state.run) {
      void panel.run();
    }
    return panel;
  }

  private freeName(): string {
    let number = 1;
    while (this.tracker.find(({ name }) => name === `Query ${number}`)) number += 1;
    return `Query ${number}`;
  }

  /** Rows count up many times a second; what is saved changes with edits and runs only. */
  private saveChanges(panel: QueryPanel): void {
    let saved = JSON.stringify(panel.state);
    let timer: ReturnType<typeof setTimeout> | undefined;
    panel.stateChanged.connect(() => {
      const next = JSON.stringify(panel.state);
      if (next !== saved) {
        saved = next;
        clearTimeout(timer);
        timer = setTimeout(() => void this.tracker.save(panel), SAVE_AFTER_MS);
      }
    });
    panel.disposed.connect(() => clearTimeout(timer));
  }
}

function isSame(one: RelationName | null, other: RelationName): boolean {
  return one?.schema === other.schema && one.relation === other.relation;
}
