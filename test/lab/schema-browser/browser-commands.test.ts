import { CommandRegistry } from '@lumino/commands';
import { COMMANDS } from '../../../src/lab/commands';
import { addBrowserCommands } from '../../../src/lab/schema-browser/browser-commands';
import { BrowserModel } from '../../../src/lab/schema-browser/browser-model';
import { CatalogSource } from './catalog-source';
import { SHOP } from './sample-catalog';

it('tells the DataFrame cell how large the table is', async () => {
  const commands = new CommandRegistry();
  const model = new BrowserModel(new CatalogSource({ kind: 'ready', catalog: SHOP }));
  const asked: unknown[] = [];
  commands.addCommand(COMMANDS.dataframeCell, { execute: args => void asked.push(args) });
  addBrowserCommands(commands, { model, panels: null, insert: () => undefined });
  await commands.execute(COMMANDS.relationDataframe, { schema: 'public', relation: 'orders' });
  await commands.execute(COMMANDS.relationDataframe, { schema: 'public', relation: 'gone' });
  expect(asked).toEqual([
    { sql: 'SELECT * FROM public.orders', estimatedBytes: 1_100_000_000 },
    { sql: 'SELECT * FROM public.gone', estimatedBytes: null }
  ]);
  model.dispose();
});
