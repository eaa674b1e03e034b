import { Compartment, EditorState, type Extension, Prec, type Text } from '@codemirror/state';
import { EditorExtensionRegistry, type IEditorExtensionFactory } from '@jupyterlab/codemirror';
import { magicEnd } from '../../sql/sql-cell';
import { PostgreSQL } from '../query-panel/sql-language';

/** So much of a cell is enough to see whether it begins with `%%sql`. */
const BEGINNING = 400;

const language = new Compartment();
/** Lab's editor has the kernel's language, which would be asked first. */
const sql: Extension = Prec.highest(PostgreSQL);

/** Cells of notebooks and consoles speak SQL while they begin with `%%sql`. */
export const sqlCellLanguage: IEditorExtensionFactory = {
  name: 'replica-sql-cell',
  factory: ({ inline, model }) =>
    inline
      ? EditorExtensionRegistry.createImmutableExtension(sqlInCells(model.sharedModel.getSource()))
      : null
};

/** The language of an editor with this text, which changes with its first line. */
export function sqlInCells(source: string): Extension {
  return [
    language.of(magicEnd(source) === null ? [] : sql),
    EditorState.transactionExtender.of(transaction => {
      if (!transaction.docChanged) {
        return null;
      }
      const wanted = beginsWithSql(transaction.newDoc) ? sql : [];
      const isWanted = (language.get(transaction.startState) === sql) === (wanted === sql);
      return isWanted ? null : { effects: language.reconfigure(wanted) };
    })
  ];
}

function beginsWithSql(document: Text): boolean {
  return magicEnd(document.sliceString(0, BEGINNING)) !== null;
}
