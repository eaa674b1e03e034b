import { dataFrameCell } from '../../../src/sql/python-cell';
import { cellDraft } from '../../../src/lab/dataframe-cell/cell-arguments';

const STATEMENT = {
  ...{ sql: 'SELECT * FROM events', name: 'Query 1', profile: 'demo', parameters: [] },
  estimatedBytes: 5e9
};
const given = (statement: typeof STATEMENT | null = null) => ({
  inPanel: () => statement,
  firstProfile: 'demo',
  streamAboveBytes: 1e9
});

it.each([
  [{ sql: 'SELECT 1', estimatedBytes: 1e9 + 1 }, true],
  [{ sql: 'SELECT 1', estimatedBytes: 1e9 }, false],
  [{ sql: 'SELECT 1', estimatedBytes: null }, false],
  [{ sql: 'SELECT 1' }, false]
])('%j streams: %j', (args, streams) => {
  expect(cellDraft(args, given())!.stream).toBe(streams);
});

it("takes the panel's statement with its estimate where none is given", () => {
  const draft = cellDraft({}, given(STATEMENT))!;
  expect(draft).toMatchObject({ sql: STATEMENT.sql, stream: true, profile: null });
  expect(dataFrameCell(draft, 'df', false)).toContain(
    'with db.stream("""SELECT * FROM events""") as batches:'
  );
  expect(cellDraft({ sql: 'SELECT 1' }, given(STATEMENT))).toMatchObject({ sql: 'SELECT 1', stream: false });
});

it('never streams what goes on with the whole frame', () => {
  expect(cellDraft({ sql: 'SELECT 1', estimatedBytes: 5e9, code: '{df}.plot()' }, given())!.stream).toBe(
    false
  );
});

it('has no cell without a statement, and names any profile but the first', () => {
  expect(cellDraft({}, given())).toBeNull();
  expect(cellDraft({ sql: 'SELECT 1', profile: 'prod' }, given())!.profile).toBe('prod');
});
