import { clearIcon } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';
import { isFinal } from '../../contract/query';
import { button, exportRow, type RowActions } from './export-row';
import { type ExportsModel } from './exports-model';

/** The EXPORTS section; out of the way while there is none. */
export class ExportList extends Widget {
  readonly #list = document.createElement('ul');
  readonly #error = document.createElement('div');
  readonly #clear: HTMLElement;

  constructor(
    private readonly model: ExportsModel,
    private readonly more: Pick<RowActions, 'code' | 'manifest'>
  ) {
    super();
    this.addClass('jp-Replica-exports');
    const title = document.createElement('div');
    title.className = 'jp-Replica-sectionTitle';
    title.textContent = 'Exports';
    this.#clear = button(clearIcon, 'Clear the exports that have ended', () => void model.clear());
    this.#list.setAttribute('aria-label', 'Exports');
    this.#error.className = 'jp-Replica-exportsError';
    this.#error.setAttribute('role', 'status');
    const header = document.createElement('div');
    header.className = 'jp-Replica-sectionHeader';
    header.append(title, this.#clear);
    this.node.append(header, this.#error, this.#list);
    model.changed.connect(this.showExports, this);
    this.showExports();
  }

  private showExports(): void {
    const { exports, error } = this.model;
    this.setHidden(exports.length === 0);
    this.#clear.hidden = !exports.some(isFinal);
    this.#error.textContent = error ? [error.message, error.action].filter(Boolean).join(' ') : '';
    const focused = this.node.contains(document.activeElement) ? document.activeElement : null;
    const label = focused?.getAttribute('aria-label');
    const actions = {
      cancel: (id: string) => void this.model.cancel(id),
      retry: (id: string, overwrite: boolean) => void this.model.retry(id, overwrite),
      ...this.more
    };
    this.#list.replaceChildren(...exports.map(status => exportRow(status, actions)));
    if (label) {
      this.#list.querySelector<HTMLElement>(`[aria-label="${CSS.escape(label)}"]`)?.focus();
    }
  }
}
