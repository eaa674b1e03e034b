import { EditorState } from '@codemirror/state';
import { sqlInCells } from '../../../src/lab/sql-cell/language';

/** How a comment of one line begins in the editor's language; undefined in plain text. */
const speaks = (state: EditorState) => state.languageDataAt<{ line?: string }>('commentTokens', 0)[0]?.line;
const cell = (doc: string) => EditorState.create({ doc, extensions: sqlInCells(doc) });
const typed = (state: EditorState, from: number, to: number, insert: string) =>
  state.update({ changes: { from, to, insert } }).state;

it('speaks SQL in a cell that begins with %%sql, and leaves others alone', () => {
  expect(speaks(cell('%%sql df\nSELECT 1'))).toBe('--');
  expect(speaks(cell('df = 1'))).toBeUndefined();
});

it('changes its language with the first line', () => {
  const python = cell('%%sq');
  const sql = typed(python, 4, 4, 'l\nSELECT 1');
  expect(speaks(sql)).toBe('--');
  expect(speaks(typed(sql, 0, 1, ''))).toBeUndefined();
  expect(speaks(typed(sql, sql.doc.length, sql.doc.length, ' FROM t'))).toBe('--');
});
