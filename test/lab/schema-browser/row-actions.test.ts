import { Notification } from '@jupyterlab/apputils';
import { CommandRegistry } from '@lumino/commands';
import { BrowserModel } from '../../../src/lab/schema-browser/browser-model';
import { RowActions } from '../../../src/lab/schema-browser/row-actions';
import { relationId } from '../../../src/lab/schema-browser/tree-row';
import { CatalogSource } from './catalog-source';
import { column, SHOP } from './sample-catalog';

test('a foreign key that leads out of sight says why it was not followed', async () => {
  const hidden = { schema: 'hidden', relation: 'People', column: 'id' };
  const orders = [column('person_id', 'bigint', { references: hidden })];
  const model = new BrowserModel(new CatalogSource({ kind: 'ready', catalog: SHOP }, { orders }));
  model.toggle(relationId({ schema: 'public', relation: 'orders' }));
  const row = model.rows.find(({ kind }) => kind === 'column')!;
  model.select(row.id);
  new RowActions(model, new CommandRegistry()).activate(row);
  await new Promise(resolve => setTimeout(resolve));
  expect(Notification.manager.notifications[0]?.message).toContain('hidden."People" is not visible');
  expect(model.selected?.id).toBe(row.id);
  model.dispose();
});
