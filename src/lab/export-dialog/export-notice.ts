import { Clipboard, Notification } from '@jupyterlab/apputils';
import { type ErrorBody } from '../../contract/errors';
import { type ExportStatus } from '../../contract/export';
import { errorText } from '../error-notice';
import { longProgress, summaryOf } from './progress-words';

export interface NoticeActions {
  readonly cancel: () => void;
  /** Exports again over the object that is there. */
  readonly replace: () => void;
  /** Offers code for readers, at a place on the page. */
  readonly code: (status: ExportStatus, x: number, y: number) => void;
  readonly manifest: (status: ExportStatus) => void;
}

/**
 * One export as a notification of Lab: of its progress while it runs, then of its end. The end is a notification of its own,
 * because Lab drops a change to one that it has not drawn yet, and an export may end as soon as it began.
 */
export class ExportNotice {
  private id: string;

  constructor(
    private readonly uri: string,
    private readonly actions: NoticeActions
  ) {
    this.id = emit('in-progress', `Exporting to ${uri}`, [this.cancelAction]);
  }

  show(status: ExportStatus): void {
    switch (status.state) {
      case 'queued':
      case 'running':
        return this.progress(status);
      case 'cancelled':
        return this.end('info', `Export cancelled. Nothing was written to ${this.uri}.`, []);
      case 'done':
        return this.end(
          'success',
          [summaryOf(status), status.uri, ...status.warnings].join('\n'),
          this.doneActions(status)
        );
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
    this.end('error', `Export failed. ${reason}`, actions);
  }

  private doneActions(status: ExportStatus): Notification.IAction[] {
    return [
      {
        label: 'Copy s3:// address',
        callback: () => Clipboard.copyToSystem(status.uri),
        displayType: 'accent'
      },
      {
        label: 'Copy code',
        callback: event => {
          // The notice stays while its menu is open.
          event.preventDefault();
          this.actions.code(status, event.clientX, event.clientY);
        }
      },
      ...(status.manifest === null
        ? []
        : [{ label: 'Open manifest', callback: () => this.actions.manifest(status) }])
    ];
  }

  private get cancelAction(): Notification.IAction {
    return { label: 'Cancel', callback: () => this.actions.cancel() };
  }

  private progress(status: ExportStatus): void {
    const { id, uri, cancelAction } = this;
    const message = `Exporting to ${uri}\n${longProgress(status)}`;
    Notification.update({ id, type: 'in-progress', message, actions: [cancelAction], autoClose: false });
  }

  private end(type: Notification.TypeOptions, message: string, actions: Notification.IAction[]): void {
    Notification.dismiss(this.id);
    this.id = emit(type, message, actions);
  }
}

function emit(type: Notification.TypeOptions, message: string, actions: Notification.IAction[]): string {
  return Notification.emit(message, type, { autoClose: false, actions });
}
