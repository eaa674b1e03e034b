import { type JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard, Notification } from '@jupyterlab/apputils';
import { copyIcon, deleteIcon } from '@jupyterlab/ui-components';
import { type ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { optional, nullable, record, text, oneOf } from '../../contract/parse';
import { COMMANDS } from '../commands';
import { errorText } from '../error-notice';
import { errorBodyOf } from '../gateway-client/failure';
import { datasetIcon, insertIcon, tableIcon } from '../icons';
import { READER_LABELS, readCode, READERS } from '../read-code/read-code';
import { deleteAfterAsking } from './delete-dialog';
import { uriOf } from './describe-dataset';
import { type DatasetRow, type Readable } from './dataset-row';
import { type DatasetsModel } from './datasets-model';
import { manifestWidget } from './manifest-view';
import { previewWidget } from './preview-widget';
import { deletable, previewable, readTargetOf } from './row-place';

const parseReader = record({ reader: oneOf(...READERS) });
const parsePlace = record({ bucket: text, prefix: text, version: optional(nullable(text), null) });

/** Commands on the row selected in DATASETS, and one that shows a manifest. */
export function addDatasetCommands(
  { commands, shell }: Pick<JupyterFrontEnd, 'commands' | 'shell'>,
  model: DatasetsModel
): void {
  const { storage } = model;
  const readable = (): Readable | null => {
    const row = model.selected;
    return row && row.kind !== 'note' ? row : null;
  };
  const on =
    <T extends Readable>(find: (row: DatasetRow | null) => T | null, act: (found: T) => Promise<unknown>) =>
    async () => {
      const found = find(model.selected);
      if (found) await act(found).catch(tell);
    };
  const any = { isEnabled: () => readable() !== null, describedBy: { args: { type: 'object' } } };

  commands.addCommand(COMMANDS.refreshDatasets, {
    label: 'Refresh Datasets',
    caption: 'Look through the data bucket again',
    describedBy: { args: { type: 'object' } },
    execute: () => model.refresh()
  });
  commands.addCommand(COMMANDS.datasetPreview, {
    label: 'Preview First Rows',
    icon: tableIcon,
    describedBy: { args: { type: 'object' } },
    isEnabled: () => previewable(model.selected) !== null,
    execute: () => {
      const found = previewable(model.selected);
      if (found) show(shell, previewWidget(storage, found));
    }
  });
  commands.addCommand(COMMANDS.datasetReadCell, {
    ...any,
    label: 'Insert Read Cell into Notebook',
    icon: insertIcon,
    isVisible: () => commands.hasCommand(COMMANDS.insertCode),
    execute: on(readable, async row => {
      const code = readCode('pandas', await readTargetOf(storage, row));
      if (code) await commands.execute(COMMANDS.insertCode, { code: `${code}df\n`.trimEnd() });
    })
  });
  commands.addCommand(COMMANDS.datasetCopyAddress, {
    ...any,
    label: 'Copy s3:// Address',
    icon: copyIcon,
    execute: on(readable, async row => Clipboard.copyToSystem(uriOf(row)))
  });
  commands.addCommand(COMMANDS.datasetCopyCode, {
    ...any,
    label: ({ reader }) => {
      const known = READERS.find(one => one === reader);
      return `Copy Code for ${known ? READER_LABELS[known] : 'a Reader'}`;
    },
    icon: copyIcon,
    execute: (args: ReadonlyPartialJSONObject) =>
      on(readable, async row => {
        const { reader } = parseReader(args);
        const code = readCode(reader, await readTargetOf(storage, row));
        if (code) Clipboard.copyToSystem(code);
        else Notification.warning(`${READER_LABELS[reader]} cannot read ${uriOf(row)} directly.`);
      })()
  });
  commands.addCommand(COMMANDS.openManifest, {
    label: 'Open Manifest of a Dataset',
    icon: datasetIcon,
    describedBy: {
      args: { type: 'object', properties: { bucket: { type: 'string' }, prefix: { type: 'string' } } }
    },
    execute: async args => {
      const { version, ...place } = parsePlace(args);
      await storage
        .manifest(place, version)
        .then(manifest => show(shell, manifestWidget(place, manifest)), tell);
    }
  });
  const dataset = () => {
    const row = readable();
    return row && row.kind !== 'object' ? row : null;
  };
  commands.addCommand(COMMANDS.datasetManifest, {
    ...any,
    label: 'Open Manifest',
    icon: datasetIcon,
    isEnabled: () => dataset() !== null,
    execute: on(dataset, async row => {
      const { bucket, prefix } = row.dataset;
      const version = row.kind === 'version' ? row.version.version : row.kind === 'file' ? row.version : null;
      await commands.execute(COMMANDS.openManifest, { bucket, prefix, version });
    })
  });
  commands.addCommand(COMMANDS.datasetDelete, {
    ...any,
    label: 'Delete…',
    icon: deleteIcon,
    isEnabled: () => deletable(model.selected) !== null,
    execute: on(
      row => (deletable(row) ? readable() : null),
      async () => {
        const found = deletable(model.selected);
        if (found && (await deleteAfterAsking(storage, found))) await model.refresh();
      }
    )
  });
  model.changed.connect(() => commands.notifyCommandChanged());
}

function show(shell: JupyterFrontEnd['shell'], widget: ReturnType<typeof previewWidget>): void {
  const known = [...shell.widgets('main')].find(({ id }) => id === widget.id);
  if (known) widget.dispose();
  else shell.add(widget, 'main', { type: 'Replica' });
  shell.activateById(widget.id);
}

function tell(error: unknown): void {
  const body = errorBodyOf(error);
  const copy = { label: 'Copy details', callback: () => Clipboard.copyToSystem(errorText(body)) };
  Notification.error([body.message, body.action].filter(Boolean).join(' '), { actions: [copy] });
}
