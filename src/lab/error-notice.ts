import { Clipboard } from '@jupyterlab/apputils';
import { type ErrorBody } from '../contract/errors';

export interface NoticeButton {
  readonly label: string;
  readonly run: () => void;
}

/** An error as every view shows it: what happened, what to do, the rest folded, the code in small type. */
export function errorNotice(error: ErrorBody, buttons: readonly NoticeButton[] = []): HTMLElement {
  const notice = element('div', 'jp-Replica-notice');
  notice.setAttribute('role', 'alert');
  notice.append(element('p', 'jp-Replica-noticeMessage', error.message));
  if (error.action) {
    notice.append(element('p', '', error.action));
  }
  const facts = factsOf(error);
  if (facts.length > 0) {
    const details = document.createElement('details');
    details.append(element('summary', '', 'Details'), element('pre', '', facts.join('\n')));
    notice.append(details);
  }
  const all = [...buttons, { label: 'Copy details', run: () => Clipboard.copyToSystem(errorText(error)) }];
  const row = element('div', 'jp-Replica-noticeButtons');
  row.append(...all.map(button), element('span', 'jp-Replica-noticeCode', error.code));
  notice.append(row);
  return notice;
}

/** All of an error as text. An error body never holds a secret. */
export function errorText(error: ErrorBody): string {
  return [error.message, error.action, ...factsOf(error), `code: ${error.code}`].filter(Boolean).join('\n');
}

function factsOf({ subject, detail, hint, sqlstate }: ErrorBody): string[] {
  return Object.entries({ subject, detail, hint, SQLSTATE: sqlstate }).flatMap(([name, value]) =>
    value ? [`${name}: ${value}`] : []
  );
}

function button({ label, run }: NoticeButton): HTMLElement {
  const created = element('button', 'jp-Button jp-mod-styled jp-mod-minimal', label);
  created.addEventListener('click', run);
  return created;
}

function element(tag: string, className: string, text = ''): HTMLElement {
  const created = document.createElement(tag);
  created.className = className;
  created.textContent = text;
  return created;
}
