import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { type Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { type Deletion } from '../../contract/storage';
import { exactCount, humanBytes } from '../human-numbers';
import { element } from '../relation-details/element';
import { type IStorageClient } from '../tokens';
import { type Place } from './row-place';

/** Says what would go, asks, and deletes. False where it was not to be. Rejects as the gateway's routes do. */
export async function deleteAfterAsking(storage: IStorageClient, found: Place): Promise<boolean> {
  const { place, version, uri } = found;
  const deletion = await storage.deletion(place, version);
  const isWhole = 'prefix' in place && version === null;
  const answer = await showDialog({
    title: isWhole
      ? 'Delete this dataset with all of its versions?'
      : version === null
        ? 'Delete this file?'
        : 'Delete this version?',
    body: isWhole
      ? new Retyped(whatGoes(uri, deletion), place.prefix.split('/').at(-1)!)
      : new Widget({ node: whatGoes(uri, deletion) }),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: 'Delete' })],
    // What cannot be taken back is not what Enter does by chance.
    defaultButton: 0
  });
  if (!answer.button.accept) {
    return false;
  }
  const { objects, bytes } = await storage.delete(place, version);
  Notification.success(`Deleted ${counted(objects)}, ${humanBytes(bytes)}, from ${uri}.`, {
    autoClose: 5_000
  });
  return true;
}

/** Lets the dialog delete only once the name is written below what goes. */
class Retyped extends Widget {
  private readonly input = element('input', 'jp-mod-styled');

  constructor(
    whatGoes: HTMLElement,
    private readonly name: string
  ) {
    super({ node: whatGoes });
    this.input.autocomplete = 'off';
    this.input.spellcheck = false;
    this.input.addEventListener('input', () => this.judge());
    const label = element('label', '', 'Type ', element('strong', '', name), ' to delete it:');
    label.append(this.input);
    this.node.append(label);
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.judge();
  }

  private judge(): void {
    const accept = this.node.closest('.jp-Dialog')?.querySelector<HTMLButtonElement>('.jp-mod-warn');
    if (accept) {
      accept.disabled = this.input.value !== this.name;
    }
  }
}

function whatGoes(uri: string, { objects, bytes, keys }: Deletion): HTMLElement {
  const list = element('ul', '', ...keys.map(key => element('li', '', key)));
  list.tabIndex = 0;
  list.setAttribute('aria-label', 'What is deleted');
  const more = objects - keys.length;
  const size = element('strong', '', `${counted(objects)}, ${humanBytes(bytes)}`);
  size.title = `${exactCount(bytes)} bytes`;
  return element(
    'div',
    'jp-ReplicaDelete',
    element('p', '', uri),
    element('p', '', size, ' are deleted for good, and nothing else:'),
    list,
    ...(more > 0 ? [element('p', '', `and ${exactCount(more)} more`)] : [])
  );
}

const counted = (objects: number): string => (objects === 1 ? '1 object' : `${exactCount(objects)} objects`);
