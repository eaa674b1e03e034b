import { MainAreaWidget, Notification } from '@jupyterlab/apputils';
import { Toolbar, type ToolbarButton } from '@jupyterlab/ui-components';
import { type ISignal, Signal } from '@lumino/signaling';
import { BoxLayout, BoxPanel, type Widget } from '@lumino/widgets';
import { queryIcon } from '../icons';
import { ProfileChip } from '../profiles/profile-chip';
import { EditorSplit } from './editor-split';
import { ErrorAdvice } from './error-advice';
import { ExplainModel } from './explain-model';
import { Footer } from './footer';
import { LimitSelect } from './limit-select';
import { Messages } from './messages';
import { type PanelActions, panelActions } from './panel-actions';
import { PanelRun } from './panel-run';
import { type PanelServices } from './panel-services';
import { type PanelState } from './panel-state';
import { fillToolbar } from './panel-toolbar';
import { ParameterBar } from './parameter-bar';
import { ParameterValues } from './parameter-values';
import { type PlanLight, planLight } from './plan-light';
import { PlanLine } from './plan-line';
import { PlanView } from './plan-view';
import { PlanWatch } from './plan-watch';
import { QueryModel } from './query-model';
import { ReplicaFoot } from './replica-foot';
import { resultBytes } from './result-bytes';
import { ResultPane } from './result-pane';
import { ResultView } from './result-view';
import { isSameStatement, type SentStatement, withoutSecrets } from './sent-statement';
import { SqlEditor } from './sql-editor';
import { type UsedStatement } from './used-statement';

/** An editor for SQL above the result of the statement that ran last. */
export class QueryPanel extends MainAreaWidget<BoxPanel> {
  readonly model: QueryModel;
  readonly editor: SqlEditor;
  readonly values: ParameterValues;
  readonly explain: ExplainModel;
  readonly runs: PanelRun;
  private readonly bar: ParameterBar;
  private readonly watch: PlanWatch;
  private readonly planLine: PlanLine;
  private readonly result: ResultView;
  private readonly planView: PlanView;
  private readonly pane: ResultPane;
  private readonly footer: Footer;
  private readonly limit: LimitSelect;
  private readonly actions: PanelActions;
  private readonly stopButton: ToolbarButton;
  private readonly stateSignal = new Signal<this, void>(this);
  private markedError: unknown = null;

  constructor(
    private readonly services: PanelServices,
    private shownName: string,
    private readonly opened: PanelState,
    rowLimit: number | null
  ) {
    super({ content: new BoxPanel({ direction: 'top-to-bottom', spacing: 0 }) });
    this.addClass('jp-ReplicaQuery');
    // Lab's editors leave Ctrl+Enter to Lab's shortcuts within what runs code.
    this.node.dataset['jpCodeRunner'] = 'true';
    const { title } = this.content;
    title.icon = queryIcon;
    title.closable = true;
    title.dataset = { type: 'replica-query' };
    const client = services.client.ofProfile(this.profile);
    const catalog = services.catalog?.ofProfile(this.profile) ?? null;
    const origin = () =>
      ({ kind: this.opened.preview ? 'preview' : 'panel', label: this.shownName }) as const;
    this.model = new QueryModel(client, origin, rowLimit);
    this.explain = new ExplainModel(client, () => ({ ...origin(), kind: 'panel' }));
    this.watch = new PlanWatch(client);
    this.values = new ParameterValues(opened.parameters);
    this.editor = new SqlEditor(services.editors, catalog, opened.sql);
    this.editor.onEscape = () => this.escape();
    this.bar = new ParameterBar(this.values, () => void this.run());
    this.planLine = new PlanLine(this.watch, () => this.light);
    this.runs = new PanelRun({
      ...{ model: this.model, explain: this.explain, editor: this.editor },
      ...{ values: this.values, bar: this.bar, watch: this.watch },
      looksAhead: () => services.settings().planLight && !opened.preview,
      light: () => this.light,
      show: tab => this.pane.bring(tab)
    });
    this.actions = this.actionsWith();
    const foot = new ReplicaFoot(client, this.model);
    const advice = new ErrorAdvice(catalog, foot, this.actions);
    this.result = new ResultView(this.model, this.actions, advice);
    this.planView = new PlanView(this.explain, analyzes => void this.runs.plan(analyzes));
    this.pane = this.makePane();
    this.footer = new Footer(this.model, this.actions, foot);
    this.limit = new LimitSelect(rowLimit, limit => this.setRowLimit(limit));
    this.stopButton = fillToolbar(this.toolbar, this.actions, this.limit).stop;
    this.rename(shownName);
    this.arrange();
    this.listen();
    this.refresh();
  }

  get name(): string {
    return this.shownName;
  }

  /** Emitted when something changed that `state` holds. */
  get stateChanged(): ISignal<this, void> {
    return this.stateSignal;
  }

  /** The connection profile that its statements run on; null is the first one. */
  get profile(): string | null {
    return this.opened.profile ?? null;
  }

  /** Whether a statement runs in the server for this panel. */
  get isRunning(): boolean {
    return this.model.isRunning || this.explain.isRunning;
  }

  /** What the panel can be opened with again. Values of secret parameters are not in it. */
  get state(): PanelState {
    const { name, model, editor, opened, profile, values, pane } = this;
    const { rowLimit, queryId, sent } = model;
    const parameters = [...withoutSecrets(sent?.parameters ?? [])];
    return {
      ...{ id: this.id, name, sql: editor.text, run: false, rowLimit, profile, queryId },
      preview: opened.preview,
      sent: sent && { text: sent.text, from: sent.from, parameters },
      parameters: values.saved,
      tab: pane.shown
    };
  }

  /** Gives the panel another name, which its statements carry from now on. */
  rename(name: string): void {
    this.shownName = name;
    this.content.title.label = name;
    this.content.title.caption = `Replica query: ${name}`;
    this.stateSignal.emit();
  }

  /** Runs the selection, or the statement at the cursor. */
  run(): Promise<void> {
    return this.runs.statement();
  }

  /** Runs every statement, one after another, up to the first that fails or is stopped. */
  runAll(): Promise<void> {
    return this.runs.all();
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

  /** Ends what runs in the server, a statement or the analysis of one. */
  async stop(): Promise<void> {
    await Promise.all([this.model.stop(), this.explain.stop()]);
  }

  /** Closes the completion list, or the cell viewer that the keyboard is in. False when there was neither. */
  closePopup(): boolean {
    return this.editor.closeCompletion() || this.result.closeViewer();
  }

  /** What Escape means in the editor; false when nothing is open and nothing runs. */
  private escape(): boolean {
    const { isRunning } = this;
    const closed = this.closePopup();
    if (!closed && isRunning) void this.stop();
    return closed || isRunning;
  }

  /** Moves the keyboard on from editor to grid to footer, or back. */
  cycleFocus(backwards: boolean): void {
    const parts = [
      { node: this.editor.node, focus: () => this.editor.editor.focus() },
      { node: this.pane.node, focus: () => this.focusTab() },
      { node: this.footer.node, focus: () => this.footer.focus() }
    ];
    const here = parts.findIndex(({ node }) => node.contains(document.activeElement));
    const next = here < 0 ? 0 : (here + (backwards ? parts.length - 1 : 1)) % parts.length;
    parts[next]!.focus();
  }

  override dispose(): void {
    this.model.dispose();
    this.explain.dispose();
    this.watch.dispose();
    super.dispose();
  }

  protected override onActivateRequest(): void {
    if (this.opened.preview && this.model.result) {
      this.result.focus();
    } else {
      this.editor.editor.focus();
    }
  }

  private get light(): PlanLight | null {
    const { state } = this.watch;
    const { planLimits } = this.services.settings();
    return state.kind === 'ready' ? planLight(state.reply, this.model.rowLimit, planLimits) : null;
  }

  private makePane(): ResultPane {
    const own = [
      { id: 'result', label: 'Result', rank: 0, create: () => this.result },
      { id: 'plan', label: 'Plan', rank: 20, create: () => this.planView },
      { id: 'messages', label: 'Messages', rank: 30, create: () => new Messages(this.model) }
    ];
    const show = (id: string) => this.pane.bring(id);
    const used = () => this.used(this.model.sent);
    return new ResultPane(own, this.services.tabs, { model: this.model, used, show });
  }

  private arrange(): void {
    const { profiles, openOn } = this.services;
    if (profiles) {
      const copy = (profile: string) => openOn({ ...this.state, profile });
      this.toolbar.addItem('spacer', Toolbar.createSpacerItem());
      this.toolbar.addItem('profile', new ProfileChip(profiles, this.profile, copy));
    }
    const editing = new BoxPanel({ direction: 'top-to-bottom', spacing: 0 });
    editing.addClass('jp-ReplicaQuery-editing');
    stacked(editing, [this.editor, 1], [this.bar, 0], [this.planLine, 0]);
    const split = new EditorSplit(editing, this.pane, this.opened.preview ? [1, 5] : [2, 5]);
    stacked(this.content, [split, 1], [this.footer, 0]);
    this.pane.bring(this.opened.tab);
  }

  private listen(): void {
    this.model.changed.connect(this.refresh, this);
    this.explain.changed.connect(this.refresh, this);
    this.editor.textChanged.connect(() => this.stateSignal.emit(), this);
    this.editor.cursorMoved.connect(this.look, this);
    this.values.changed.connect(this.look, this);
    this.values.changed.connect(() => this.stateSignal.emit(), this);
    this.watch.changed.connect(() => {
      const { state } = this.watch;
      if (state.kind === 'ready') this.values.describe(state.reply.parameters);
    });
    this.pane.currentChanged.connect(() => this.stateSignal.emit(), this);
    this.look();
  }

  /** Follows the statement at the cursor: its parameters, and its plan. */
  private look(): void {
    const { statement } = this.editor;
    this.values.follow(statement?.text ?? '');
    const looks = this.services.settings().planLight && !this.opened.preview && statement !== null;
    const isComplete = statement !== null && this.values.missing(statement.text).length === 0;
    this.watch.look(
      looks && this.values.wanted.style !== 'mixed' ? this.values.bind(statement) : null,
      isComplete
    );
  }

  /** What all rows of a statement would take, by its result if that is shown, else by the plan at the cursor. */
  bytesOf(statement: SentStatement): number | null {
    const { model, runs, watch } = this;
    const same = (other: SentStatement | null) => other !== null && isSameStatement(other, statement);
    const status = same(model.sent) && model.state.kind === 'done' ? model.state.status : null;
    const plan = same(runs.meant) && watch.state.kind === 'ready' ? watch.state.reply : null;
    return resultBytes(status, plan);
  }

  private focusTab(): void {
    switch (this.pane.shown) {
      case 'result':
        return this.result.focus();
      case 'plan':
        return this.planView.focus();
      default:
        this.pane.currentWidget?.node.focus();
    }
  }

  private actionsWith(): PanelActions {
    const runAgain = () => {
      const statement = this.shownStatement;
      if (statement) void this.runs.again(statement);
    };
    return panelActions(
      {
        run: () => void this.run(),
        stop: () => void this.stop(),
        runAgain,
        readAll: () => {
          // The button goes with the rows that were cut.
          this.result.focus();
          this.setRowLimit(null);
          runAgain();
        },
        explain: analyzes => void this.runs.plan(analyzes),
        format: () => void this.format(),
        fillParameters: () => this.bar.focusFirst(),
        replaceMarked: text => this.editor.replaceMarked(text)
      },
      this.services,
      () => this.used(this.shownStatement),
      () => this.used(this.runs.meant)
    );
  }

  /** The statement of the result, else the one that would run. */
  private get shownStatement(): SentStatement | null {
    return this.model.sent ?? this.runs.meant;
  }

  private used(statement: SentStatement | null): UsedStatement | null {
    return (
      statement && {
        ...{ statement, name: this.name, profile: this.profile },
        estimatedBytes: this.bytesOf(statement)
      }
    );
  }

  private setRowLimit(limit: number | null): void {
    this.model.rowLimit = limit;
    this.limit.limit = limit;
    this.planLine.refresh();
    this.stateSignal.emit();
  }

  private refresh(): void {
    const { isRunning, model } = this;
    this.toggleClass('jp-mod-running', isRunning);
    this.stopButton.enabled = isRunning && model.state.kind !== 'stopping';
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

function stacked(panel: BoxPanel, ...parts: readonly (readonly [Widget, number])[]): void {
  for (const [part, stretch] of parts) {
    BoxLayout.setStretch(part, stretch);
    panel.addWidget(part);
  }
}
