import { Clipboard, Notification } from '@jupyterlab/apputils';
import { type ErrorBody } from '../../contract/errors';
import { type ExportStatus } from '../../contract/export';
import { errorText } from '../error-notice';
import { exactCount, humanBytes, humanDuration } from '../human-numbers';
import { readCode } from './read-code';
import { remainingMs } from './remaining';

interface NoticeActions {
  readonly cancel: () => void;
  /** Exports again over the object that is there. */
  readonly replace: () => void;
}

/** One export as one notification of Lab, from its start to its end. */
export class ExportNotice {
  private readonly id: string;

  constructor(
    private readonly uri: string,
    private readonly actions: NoticeActions
  ) {
    this.id = Notification.emit(`Exporting to ${uri}`, 'in-progress', {
      autoClose: false,
      actions: [this.cancelAction]
    });
  }

  show(status: ExportStatus): void {
    switch (status.state) {
      case 'queued':
      case 'running':
        return this.update('in-progress', `Exporting to ${this.uri}\n${progress(status)}`, [
          this.cancelAction
        ]);
      case 'cancelled':
        return this.update('info', `Export cancelled. Nothing was written to ${this.uri}.`, []);
      case 'done':
        return this.update('success', `${summary(status)}\n${status.uri}`, [
          {
            label: 'Copy s3:// address',
            callback: () => Clipboard.copyToSystem(status.uri),
            displayType: 'accent'
          },
          { label: 'Copy code', callback: () => Clipboard.copyToSystem(readCode(status)) }
        ]);
      case 'failed':
        return this.fail(status.error);
    }
  }

  /** `error` null is a failure nobody gave a reason for. Lab shows 140 characters, so the address is left to the message. */
  fail(error: ErrorBody | null): void {
    const reason = error ? [error.message, error.action].filter(Boolean).join(' ') : 'It gave no reason.';
    const actions: Notification.IAction[] = [];
    if (error?.code === 'object-exists') {
      actions.push({ label: 'Replace', callback: () => this.actions.replace(), displayType: 'warn' });
    }
    if (error) {
      actions.push({ label: 'Copy details', callback: () => Clipboard.copyToSystem(errorText(error)) });
    }
    this.update('error', `Export failed. ${reason}`, actions);
  }

  private get cancelAction(): Notification.IAction {
    return { label: 'Cancel', callback: () => this.actions.cancel() };
  }

  private update(type: Notification.TypeOptions, message: string, actions: Notification.IAction[]): void {
    Notification.update({ id: this.id, type, message, actions, autoClose: false });
  }
}

function progress({ rowsRead, rowsWritten, rowEstimate, bytes, elapsedMs }: ExportStatus): string {
  const written = `${exactCount(rowsWritten)} of ${exactCount(rowsRead)} rows read`;
  const left = remainingMs({ rowsWritten, rowEstimate, elapsedMs });
  const ending = left === null ? '' : `, about ${humanDuration(left)} left`;
  return `${written}, ${humanBytes(bytes)} sent, ${humanDuration(elapsedMs)}${ending}`;
}

function summary({ rowsWritten, bytes, elapsedMs }: ExportStatus): string {
  const rows = rowsWritten === 1 ? '1 row' : `${exactCount(rowsWritten)} rows`;
  return `${rows}, ${humanBytes(bytes)}, ${humanDuration(elapsedMs)}`;
}
