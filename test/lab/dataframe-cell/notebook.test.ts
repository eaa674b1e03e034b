import { CodeCell } from '@jupyterlab/cells';
import {
  CodeMirrorEditorFactory,
  CodeMirrorMimeTypeService,
  EditorLanguageRegistry
} from '@jupyterlab/codemirror';
import { Notebook, NotebookModel } from '@jupyterlab/notebook';
import { RenderMimeRegistry } from '@jupyterlab/rendermime';
import { addDataFrameCell } from '../../../src/lab/dataframe-cell/notebook';

let notebook: Notebook;

/** A notebook of cells, of which the last is active. */
function notebookOf(...cells: { readonly cell_type: 'code' | 'raw'; readonly source: string }[]): Notebook {
  const editors = new CodeMirrorEditorFactory();
  notebook = new Notebook({
    rendermime: new RenderMimeRegistry(),
    contentFactory: new Notebook.ContentFactory({ editorFactory: editors.newInlineEditor }),
    mimeTypeService: new CodeMirrorMimeTypeService(new EditorLanguageRegistry())
  });
  const model = new NotebookModel();
  model.sharedModel.insertCells(0, [...cells]);
  notebook.model = model;
  notebook.activeCellIndex = cells.length - 1;
  return notebook;
}

const sources = () => [...notebook.model!.cells].map(cell => cell.sharedModel.getSource());

afterEach(() => notebook.dispose());

it('uses the empty cell of a new notebook and imports db', () => {
  addDataFrameCell(notebookOf({ cell_type: 'code', source: '' }), { sql: 'SELECT 1' });
  expect(sources()).toEqual(['from db_connection import db\n\ndf = db.query("""SELECT 1""")\ndf']);
});

it('puts its cell below the active one, with an import of its own and a variable that is free', () => {
  addDataFrameCell(
    notebookOf({ cell_type: 'code', source: 'from db_connection import db\ndf = db.query("SELECT 0")' }),
    { sql: 'SELECT 1' }
  );
  expect(sources()[1]).toBe('from db_connection import db\n\ndf2 = db.query("""SELECT 1""")\ndf2');
  expect(notebook.activeCellIndex).toBe(1);
});

it('leaves a db that the notebook makes itself', () => {
  addDataFrameCell(notebookOf({ cell_type: 'code', source: 'db = connect("other")' }), { sql: 'SELECT 1' });
  expect(sources()[1]).toBe('df = db.query("""SELECT 1""")\ndf');
});

it('leaves no other cell selected, which would run too', () => {
  notebookOf({ cell_type: 'code', source: 'drop_everything()' }, { cell_type: 'code', source: '' });
  notebook.select(notebook.widgets[0]!);
  addDataFrameCell(notebook, { sql: 'SELECT 1' });
  expect(notebook.selectedCells).toEqual([notebook.activeCell]);
});

it('makes a code cell below a text, which imports nothing', () => {
  addDataFrameCell(notebookOf({ cell_type: 'raw', source: 'from db_connection import db' }), {
    sql: 'SELECT 1'
  });
  expect(sources()).toHaveLength(2);
  expect(sources()[1]).toContain('from db_connection import db');
  expect(notebook.activeCell).toBeInstanceOf(CodeCell);
});
