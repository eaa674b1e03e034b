import { MainAreaWidget, Notification } from '@jupyterlab/apputils';
import { type IEditorServices } from '@jupyterlab/codeeditor';
import { runIcon, stopIcon, Toolbar, ToolbarButton } from '@jupyterlab/ui-components';
import { type ISignal, Signal } from '@lumino/signaling';
import { BoxLayout, BoxPanel } from '@lumino/widgets';
import { queryIcon } from '../icons';
import { ProfileChip } from '../profiles/profile-chip';
import { type ICatalogModel, type IProfiles, type IReplicaClient } from '../tokens';
import { EditorSplit } from './editor-split';
import { Footer } from './footer';
import { LimitSelect } from './limit-select';
import { Messages } from './messages';
import { type PanelActions } from './panel-actions';
import { type PanelState } from './panel-state';
import { QueryModel, type SentStatement } from './query-model';
import { ResultPane } from './result-pane';
import { type ResultTabs } from './result-tabs';
import { ResultView } from './result-view';
import { SqlEditor } from './sql-editor';

type UseStatement = (sql: string, name: string, profile: string | null) => void;

/** What panels need of the application. Null is a feature that is not there. */
export interface PanelServices {
  readonly client: IReplicaClient;
  readonly editors: IEditorServices;
  readonly catalog: ICatalogModel | null;
  readonly profiles: IProfiles | null;
  /** What other plugins show of a result. */
  readonly tabs: ResultTabs;
  /** Opens a panel with the same statement on another profile. */
  readonly openOn: (state: PanelState) => void;
  toDataFrame(): UseStatement | null;
  toExport(): UseStatement | null;
}

/** An editor for SQL above the result of the statement that ran last. */
export class QueryPanel extends MainAreaWidget<BoxPanel> {
  readonly model: QueryModel;
  readonly editor: SqlEditor;
  private readonly result: ResultView;
  private readonly pane: ResultPane;
  private readonly limit: LimitSelect;
  private readonly actions: PanelActions;
  private readonly runButton: ToolbarButton;
  private readonly stopButton: ToolbarButton;
  private readonly stateSignal = new Signal<this, void>(this);
  private markedError: unknown = null;

  constructor(
    services: PanelServices,
    readonly name: string,
    private readonly opened: PanelState,
    rowLimit: number | null
  ) {
    super({ content: new BoxPanel({ direction: 'top-to-bottom', spacing: 0 }) });
    this.addClass('jp-ReplicaQuery');
    // Lab's editors leave Ctrl+Enter to Lab's shortcuts within what runs code.
    this.node.dataset['jpCodeRunner'] = 'true';
    const { title } = this.content;
    title.label = name;
    title.caption = `Replica query: ${name}`;
    title.icon = queryIcon;
    title.closable = true;
    const origin = { kind: opened.preview ? 'preview' : 'panel', label: name } as const;
    const { profile } = this;
    this.model = new QueryModel(services.client.ofProfile(profile), origin, rowLimit);
    this.editor = new SqlEditor(services.editors, services.catalog?.ofProfile(profile) ?? null, opened.sql);
    this.actions = this.actionsWith(services);
    this.result = new ResultView(this.model, this.actions);
    const own = [
      { id: 'result', label: 'Result', rank: 0, create: () => this.result },
      { id: 'messages', label: 'Messages', rank: 30, create: () => new Messages(this.model) }
    ];
    this.pane = new ResultPane(own, services.tabs, { model: this.model, show: id => this.pane.bring(id) });
    this.limit = new LimitSelect(rowLimit, limit => this.setRowLimit(limit));
    this.runButton = new ToolbarButton({
      label: 'Run',
      icon: runIcon,
      tooltip: 'Run the statement at the cursor, or what is selected (Ctrl+Enter)',
      onClick: () => this.actions.run()
    });
    this.stopButton = new ToolbarButton({
      label: 'Stop',
      icon: stopIcon,
      tooltip: 'Stop the statement in the server (Escape)',
      onClick: () => this.actions.stop()
    });
    this.arrange(services);
    this.model.changed.connect(this.refresh, this);
    this.editor.textChanged.connect(() => this.stateSignal.emit(), this);
    this.refresh();
  }

  /** Emitted when something changed that `state` holds. */
  get stateChanged(): ISignal<this, void> {
    return this.stateSignal;
  }

  /** The connection profile that its statements run on; null is the first one. */
  get profile(): string | null {
    return this.opened.profile ?? null;
  }

  /** What the panel can be opened with again. */
  get state(): PanelState {
    const { name, model, editor, opened } = this;
    const { rowLimit, queryId, sent } = model;
    return {
      id: this.id,
      name,
      sql: editor.text,
      run: false,
      rowLimit,
      profile: this.profile,
      preview: opened.preview,
      queryId,
      sent
    };
  }

  /** Runs the selection, or the statement at the cursor. */
  async run(): Promise<void> {
    const { statement } = this.editor;
    if (statement) {
      await this.model.run(statement);
    }
  }

  /** Runs every statement, one after another, up to the first that fails or is stopped. */
  async runAll(): Promise<void> {
    for (const [index, statement] of this.editor.statements.entries()) {
      await this.model.run(statement, index > 0);
      if (this.model.state.kind !== 'done') {
        return;
      }
    }
  }

  /** Runs the text as one statement, up to `rowLimit` rows. */
  async runWhole(rowLimit: number | null): Promise<void> {
    this.setRowLimit(rowLimit);
    await this.model.run({ text: this.editor.text, from: 0 });
  }

  /** Lays the SQL out, and tells what could not be. */
  async format(): Promise<void> {
    const words = await this.editor.format();
    if (words) Notification.info(words, { autoClose: 8_000 });
  }

  /** Closes the completion list, or the cell viewer that the keyboard is in. False when there was neither. */
  closePopup(): boolean {
    return this.editor.closeCompletion() || this.result.closeViewer();
  }

  override dispose(): void {
    this.model.dispose();
    super.dispose();
  }

  protected override onActivateRequest(): void {
    if (this.opened.preview && this.model.result) {
      this.result.focus();
    } else {
      this.editor.editor.focus();
    }
  }

  private arrange({ profiles, openOn }: PanelServices): void {
    this.toolbar.addItem('run', this.runButton);
    this.toolbar.addItem('stop', this.stopButton);
    this.toolbar.addItem('limit', this.limit);
    const format = new ToolbarButton({
      label: 'Format',
      tooltip: 'Lay out the SQL, or what is selected; undo takes it back (Alt+Shift+F)',
      onClick: () => void this.format()
    });
    this.toolbar.addItem('format', format);
    if (profiles) {
      const copy = (profile: string) => openOn({ ...this.state, profile });
      this.toolbar.addItem('spacer', Toolbar.createSpacerItem());
      this.toolbar.addItem('profile', new ProfileChip(profiles, this.profile, copy));
    }
    const split = new EditorSplit(this.editor, this.pane, this.opened.preview ? [1, 5] : [2, 5]);
    const footer = new Footer(this.model, this.actions);
    BoxLayout.setStretch(split, 1);
    BoxLayout.setStretch(footer, 0);
    this.content.addWidget(split);
    this.content.addWidget(footer);
  }

  private actionsWith(services: PanelServices): PanelActions {
    const again = (): SentStatement | null => this.model.sent ?? this.editor.statement;
    const offered = (use: UseStatement | null) =>
      use &&
      (() => {
        const statement = again();
        if (statement) use(statement.text, this.name, this.profile);
      });
    const runAgain = () => {
      const statement = again();
      if (statement) void this.model.run(statement);
    };
    return {
      run: () => void this.run(),
      stop: () => void this.model.stop(),
      runAgain,
      readAll: () => {
        // The button goes with the rows that were cut.
        this.result.focus();
        this.setRowLimit(null);
        runAgain();
      },
      dataFrame: offered(services.toDataFrame()),
      exportResult: offered(services.toExport())
    };
  }

  private setRowLimit(limit: number | null): void {
    this.model.rowLimit = limit;
    this.limit.limit = limit;
    this.stateSignal.emit();
  }

  private refresh(): void {
    const { isRunning, state } = this.model;
    this.toggleClass('jp-mod-running', isRunning);
    this.stopButton.enabled = isRunning && state.kind !== 'stopping';
    this.markError();
    this.stateSignal.emit();
  }

  /** Marks an error once, and only while the statement stands where it was sent from. */
  private markError(): void {
    const { state, sent, errorRange } = this.model;
    const error = state.kind === 'failed' ? state.error : null;
    if (error !== this.markedError) {
      this.markedError = error;
      const isUnedited = sent && this.editor.text.startsWith(sent.text, sent.from);
      this.editor.markError(isUnedited ? errorRange : null);
    }
  }
}
