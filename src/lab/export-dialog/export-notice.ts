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
        return this.update('in-progress', `Exporting to ${this.uri}\n${longProgress(status)}`, [
          this.cancelAction
        ]);
      case 'cancelled':
        return this.update('info', `Export cancelled. Nothing was written to ${this.uri}.`, []);
      case 'done':
        return this.update(
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
    this.update('error', `Export failed. ${reason}`, actions);
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

  private update(type: Notification.TypeOptions, message: string, actions: Notification.IAction[]): void {
    Notification.update({ id: this.id, type, message, actions, autoClose: false });
  }
}
