import { readFileSync } from 'node:fs';
import path from 'node:path';
import { typesPage } from '../../../scripts/types-page';

test('docs/types.md says what the type map does; `node --import tsx scripts/types-page.ts` writes it anew', () => {
  const written = readFileSync(path.join(__dirname, '../../../docs/types.md'), 'utf8');
  expect(written).toBe(typesPage());
});
