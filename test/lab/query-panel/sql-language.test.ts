import { NodeProp } from '@lezer/common';

it('loads where @lezer/common is as old as in JupyterLab 4.0', async () => {
  Reflect.deleteProperty(NodeProp, 'isolate');
  const { PostgreSQL } = await import('../../../src/lab/query-panel/sql-language');
  expect(PostgreSQL.language.parser.parse('SELECT 1').length).toBe(8);
});
