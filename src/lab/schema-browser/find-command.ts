import { type CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import { COMMANDS } from '../commands';
import { type BrowserModel } from './browser-model';
import { QuickOpen } from './quick-open';

/** `show` brings the sidebar into sight, where the choice is revealed. */
export function addFindCommand(commands: CommandRegistry, model: BrowserModel, show: () => void): void {
  let open: QuickOpen | null = null;
  commands.addCommand(COMMANDS.find, {
    label: 'Find Table or Column…',
    caption: 'Search names and comments of all tables and columns of the replica',
    execute: () => {
      open?.dispose();
      open = new QuickOpen({
        source: model.source,
        index: model.index,
        choose: (target, other) => {
          if (other && commands.hasCommand(COMMANDS.preview)) {
            void commands.execute(COMMANDS.preview, { ...target });
            return;
          }
          show();
          void model.reveal(target);
        }
      });
      Widget.attach(open, document.body);
    }
  });
}
