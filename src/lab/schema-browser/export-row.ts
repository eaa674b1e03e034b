import { Clipboard } from '@jupyterlab/apputils';
import { closeIcon, codeIcon, copyIcon, refreshIcon, type LabIcon } from '@jupyterlab/ui-components';
import { type ExportStatus } from '../../contract/export';
import { isFinal } from '../../contract/query';
import { readCode } from '../export-dialog/read-code';
import { exactCount, humanBytes, humanCount, humanDuration } from '../human-numbers';

interface RowActions {
  readonly cancel: (exportId: string) => void;
  readonly retry: (exportId: string) => void;
}

/** One line of the list of exports: it can be cancelled while it runs, and tried again when it failed. */
export function exportRow(status: ExportStatus, { cancel, retry }: RowActions): HTMLElement {
  const row = document.createElement('li');
  row.className = 'jp-Replica-export';
  row.dataset['state'] = status.state;
  row.title = exportTooltip(status);
  const name = span('jp-Replica-exportName', status.key.split('/').at(-1) ?? status.key);
  const progress = span('jp-Replica-exportProgress', exportProgress(status));
  row.append(span('jp-Replica-exportState'), name, progress);
  if (!isFinal(status)) {
    row.append(button(closeIcon, `Cancel the export ${status.key}`, () => cancel(status.exportId)));
  } else if (status.state === 'done') {
    row.append(
      button(copyIcon, `Copy ${status.uri}`, () => Clipboard.copyToSystem(status.uri)),
      button(codeIcon, `Copy code that reads ${status.uri}`, () => Clipboard.copyToSystem(readCode(status)))
    );
  } else {
    row.append(button(refreshIcon, `Export ${status.key} again`, () => retry(status.exportId)));
  }
  return row;
}

function exportProgress(status: ExportStatus): string {
  const amounts = `${humanCount(status.rowsWritten)} rows · ${humanBytes(status.bytes)}`;
  switch (status.state) {
    case 'queued':
      return 'waiting';
    case 'running':
      return `${amounts} · ${humanDuration(status.elapsedMs)}`;
    case 'done':
      return amounts;
    case 'failed':
      return 'failed';
    case 'cancelled':
      return 'cancelled';
  }
}

function exportTooltip(status: ExportStatus): string {
  return [
    status.uri,
    `${status.state}, ${exactCount(status.rowsRead)} rows read, ${exactCount(status.rowsWritten)} rows written, ` +
      `${exactCount(status.bytes)} bytes sent, ${humanDuration(status.elapsedMs)}`,
    status.error?.message,
    status.error?.action
  ]
    .filter(Boolean)
    .join('\n');
}

function button(icon: LabIcon, label: string, run: () => void): HTMLElement {
  const created = document.createElement('button');
  created.className = 'jp-Replica-iconButton';
  created.title = label;
  created.setAttribute('aria-label', label);
  created.addEventListener('click', run);
  icon.element({ container: created, tag: 'span' });
  return created;
}

function span(className: string, text = ''): HTMLElement {
  const created = document.createElement('span');
  created.className = className;
  created.textContent = text;
  return created;
}
