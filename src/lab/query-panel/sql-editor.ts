import {
  autocompletion,
  closeCompletion,
  type CompletionSource,
  currentCompletions,
  ifNotIn
} from '@codemirror/autocomplete';
import { keywordCompletionSource, PostgreSQL } from './sql-language';
import { type Extension, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { CodeEditor, CodeEditorWrapper, type IEditorServices } from '@jupyterlab/codeeditor';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import { type ISignal, Signal } from '@lumino/signaling';
import { type TextRange } from '../../sql/position';
import { type Statement, statementAt, statements } from '../../sql/split';
import { type ICatalogModel } from '../tokens';
import { bareNames, dottedNames } from './completion';
import { errorMark, markedRange, markError } from './error-mark';
import { formatSql, layoutChanges, leftWords } from './format-sql';

/** Lab's own editor, with the user's settings, for PostgreSQL's SQL. */
export class SqlEditor extends CodeEditorWrapper {
  /** Asked first when Escape is pressed in the editor; true when that was all there was to do. */
  onEscape: () => boolean = () => this.closeCompletion();
  private readonly edited = new Signal<this, void>(this);
  private readonly moved = new Signal<this, void>(this);

  constructor(services: IEditorServices, catalog: ICatalogModel | null, sql: string) {
    const model = new CodeEditor.Model({ mimeType: 'text/plain' });
    model.sharedModel.setSource(sql);
    super({ model, factory: services.factoryService.newDocumentEditor });
    this.addClass('jp-ReplicaQuery-editor');
    this.view?.dispatch({ selection: { anchor: sql.length } });
    if (this.editor instanceof CodeMirrorEditor) {
      this.editor.injectExtension([this.escapeKey(), sqlExtensions(catalog), undoKeys(this.editor)]);
      const tellMoves = EditorView.updateListener.of(
        ({ selectionSet, docChanged }) => (selectionSet || docChanged) && this.moved.emit()
      );
      this.editor.injectExtension(tellMoves);
    }
    model.sharedModel.changed.connect(() => this.edited.emit(), this);
  }

  /** Emitted with every edit. */
  get textChanged(): ISignal<this, void> {
    return this.edited;
  }

  /** Emitted when another statement may be meant: with every edit and every move of the cursor. */
  get cursorMoved(): ISignal<this, void> {
    return this.moved;
  }

  get text(): string {
    return this.model.sharedModel.getSource();
  }

  /** What Run means: the selection, else the statement at the cursor. */
  get statement(): { readonly text: string; readonly from: number } | null {
    const { text, view } = this;
    const { from, to, head } = view?.state.selection.main ?? { from: 0, to: 0, head: 0 };
    return from < to ? selected(text, from, to) : statementAt(text, head);
  }

  get statements(): readonly Statement[] {
    return statements(this.text);
  }

  /** Replaces the selection, or writes at the cursor. */
  insert(text: string): void {
    this.view?.dispatch(this.view.state.replaceSelection(text));
    this.editor.focus();
  }

  /** Lays out what is selected, or all; says what was left as it was. The editor's undo takes it back. */
  async format(): Promise<string | null> {
    const { view } = this;
    if (!view) {
      return null;
    }
    const { from, to } = view.state.selection.main;
    const [start, end] = from < to ? [from, to] : [0, view.state.doc.length];
    const before = view.state.sliceDoc(start, end);
    const formatted = await formatSql(before, view.state.tabSize);
    const isUnedited = view.state.sliceDoc(start, end) === before;
    if (isUnedited && formatted.text !== before) {
      const changes = layoutChanges(before, formatted.text)?.map(({ from, to, insert }) => ({
        ...{ from: start + from, to: start + to, insert }
      }));
      const whole = { from: start, to: end, insert: formatted.text };
      view.dispatch({ changes: changes ?? whole, scrollIntoView: true });
    }
    this.editor.focus();
    return leftWords(formatted);
  }

  /** False when no list of completions was to be seen; one that was about to open does not open then. */
  closeCompletion(): boolean {
    const { view } = this;
    const wasSeen = view !== null && currentCompletions(view.state).length > 0;
    if (view) closeCompletion(view);
    return wasSeen;
  }

  /** The model goes too: it holds a timer of its own. */
  override dispose(): void {
    if (!this.isDisposed) {
      const { model } = this;
      super.dispose();
      model.dispose();
    }
  }

  markError(range: TextRange | null): void {
    if (this.view) {
      markError(this.view, range);
    }
  }

  /** Writes a text in the place of what is marked, where the keyboard then is. */
  replaceMarked(insert: string): void {
    const { view } = this;
    const range = view && markedRange(view);
    if (view && range) {
      view.dispatch({ changes: { ...range, insert }, selection: { anchor: range.from + insert.length } });
    }
    this.editor.focus();
  }

  /**
   * Where Lab hears of a key only after the editor, CodeMirror would keep Escape for a list that is not open yet, or to
   * undo a selection, while a statement runs.
   */
  private escapeKey(): Extension {
    return Prec.highest(keymap.of([{ key: 'Escape', run: () => this.onEscape() }]));
  }

  private get view(): EditorView | null {
    return this.editor instanceof CodeMirrorEditor ? this.editor.editor : null;
  }
}

/** The selection without the blanks and semicolons around it. */
function selected(text: string, from: number, to: number): { text: string; from: number } | null {
  const parts = statements(text.slice(from, to));
  const [first] = parts;
  const last = parts.at(-1);
  return first && last
    ? { text: text.slice(from + first.from, from + last.to), from: from + first.from }
    : null;
}

/** Lab binds these keys for its own file editor and notebook only. */
function undoKeys(editor: CodeEditor.IEditor): Extension {
  const undo = () => {
    editor.undo();
    return true;
  };
  const redo = () => {
    editor.redo();
    return true;
  };
  return Prec.highest(
    keymap.of([
      { key: 'Mod-z', run: undo, preventDefault: true },
      { key: 'Mod-Shift-z', run: redo, preventDefault: true },
      { key: 'Mod-y', run: redo, preventDefault: true }
    ])
  );
}

/** Parts of PostgreSQL's syntax tree in which nothing is completed. */
const TEXT_NODES = ['String', 'LineComment', 'BlockComment', 'QuotedIdentifier'];

/** Keywords, where no name is due. */
const keywords: CompletionSource = context =>
  context.matchBefore(/\.\s*[\w"]*/) ? null : keywordCompletionSource(PostgreSQL, true)(context);

/** Lab's editor has a plain-text language of its own, which would be asked first. */
function sqlExtensions(catalog: ICatalogModel | null): Extension {
  const sources = catalog ? [ifNotIn(TEXT_NODES, bareNames(catalog)), dottedNames(catalog)] : [];
  return [
    Prec.high([
      PostgreSQL,
      autocompletion({
        override: [...sources, keywords],
        icons: false,
        tooltipClass: () => 'jp-ReplicaQuery-completion'
      })
    ]),
    errorMark,
    placeholder('SELECT …'),
    EditorView.contentAttributes.of({ 'aria-label': 'SQL' })
  ];
}
