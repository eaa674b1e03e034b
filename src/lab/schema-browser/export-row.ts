import { Clipboard } from '@jupyterlab/apputils';
import { closeIcon, codeIcon, copyIcon, refreshIcon, type LabIcon } from '@jupyterlab/ui-components';
import { type ExportStatus } from '../../contract/export';
import { isFinal } from '../../contract/query';
import { shortProgress, summaryOf } from '../export-dialog/progress-words';
import { exactCount, humanBytes, humanCount, humanDuration } from '../human-numbers';
import { datasetIcon } from '../icons';

export interface RowActions {
  readonly cancel: (exportId: string) => void;
  readonly retry: (exportId: string, overwrite: boolean) => void;
  /** Offers code for readers, at a place on the page. */
  readonly code: (status: ExportStatus, x: number, y: number) => void;
  readonly manifest: (status: ExportStatus) => void;
}

/** One line of the list of exports: it can be cancelled while it runs, and tried again when it failed. */
export function exportRow(status: ExportStatus, actions: RowActions): HTMLElement {
  const row = document.createElement('li');
  row.className = 'jp-Replica-export';
  row.dataset['state'] = status.state;
  row.title = exportTooltip(status);
  const name = span('jp-Replica-exportName', status.key.split('/').at(-1) ?? status.key);
  const progress = span('jp-Replica-exportProgress', exportProgress(status));
  row.append(span('jp-Replica-exportState'), name, progress, ...buttons(status, actions));
  return row;
}

function buttons(
  status: ExportStatus,
  { cancel, retry, code, manifest }: RowActions
): readonly HTMLElement[] {
  const { exportId, key, uri } = status;
  if (!isFinal(status)) {
    return [button(closeIcon, `Cancel the export ${key}`, () => cancel(exportId))];
  }
  if (status.state !== 'done') {
    const isTaken = status.error?.code === 'object-exists';
    const label = isTaken ? `Export ${key} again and replace what is there` : `Export ${key} again`;
    return [button(refreshIcon, label, () => retry(exportId, isTaken))];
  }
  return [
    button(copyIcon, `Copy ${uri}`, () => Clipboard.copyToSystem(uri)),
    button(codeIcon, `Copy code that reads ${uri}`, target => {
      const { left, bottom } = target.getBoundingClientRect();
      code(status, left, bottom);
    }),
    ...(status.manifest === null
      ? []
      : [button(datasetIcon, `Open the manifest of ${uri}`, () => manifest(status))])
  ];
}

function exportProgress(status: ExportStatus): string {
  switch (status.state) {
    case 'queued':
      return 'waiting';
    case 'running':
      return shortProgress(status);
    case 'done':
      return `${status.rowsWritten === 1 ? '1 row' : `${humanCount(status.rowsWritten)} rows`} · ${humanBytes(status.bytes)}`;
    case 'failed':
      return 'failed';
    case 'cancelled':
      return 'cancelled';
  }
}

function exportTooltip(status: ExportStatus): string {
  return [
    `${status.uri}, started ${new Date(status.startedAt).toLocaleString()}`,
    status.state === 'done'
      ? summaryOf(status)
      : `${status.state}, ${exactCount(status.rowsRead)} rows read, ${exactCount(status.rowsWritten)} rows written, ` +
        `${exactCount(status.bytes)} bytes sent, ${humanDuration(status.elapsedMs)}`,
    status.error?.message,
    status.error?.action,
    ...status.warnings
  ]
    .filter(Boolean)
    .join('\n');
}

export function button(icon: LabIcon, label: string, run: (button: HTMLElement) => void): HTMLElement {
  const created = document.createElement('button');
  created.type = 'button';
  created.className = 'jp-Replica-iconButton';
  created.title = label;
  created.setAttribute('aria-label', label);
  created.addEventListener('click', () => run(created));
  icon.element({ container: created, tag: 'span' });
  return created;
}

function span(className: string, text = ''): HTMLElement {
  const created = document.createElement('span');
  created.className = className;
  created.textContent = text;
  return created;
}
