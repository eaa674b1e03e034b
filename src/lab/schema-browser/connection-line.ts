import { refreshIcon } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';
import { ProfileSelect } from '../profiles/profile-select';
import { type IProfiles } from '../tokens';
import { type ConnectionModel } from './connection-model';

/** Who is connected to what, how far behind it is, and the button that reads everything again. */
export class ConnectionLine extends Widget {
  readonly #dot = document.createElement('span');
  readonly #text = document.createElement('span');
  readonly #who = document.createElement('span');
  readonly #lag = document.createElement('span');

  constructor(
    private readonly model: ConnectionModel,
    profiles: IProfiles | null,
    refresh: () => void
  ) {
    super();
    this.addClass('jp-Replica-connection');
    this.node.setAttribute('role', 'status');
    this.node.setAttribute('aria-label', 'Connection');
    this.#dot.className = 'jp-Replica-dot';
    this.#text.className = 'jp-Replica-connectionText';
    this.#who.className = 'jp-Replica-connectionWho';
    this.#lag.className = 'jp-Replica-lag';
    const button = document.createElement('button');
    button.className = 'jp-Replica-iconButton';
    button.title = 'Refresh (F5)';
    button.setAttribute('aria-label', 'Refresh');
    button.addEventListener('click', refresh);
    refreshIcon.element({ container: button, tag: 'span' });
    this.node.append(this.#dot, this.#text, this.#lag, button, this.#who);
    if (profiles) {
      const select = new ProfileSelect(profiles);
      this.disposed.connect(() => select.dispose());
      this.node.prepend(select.node);
      const mark = () => this.toggleClass('jp-mod-production', profiles.active?.production ?? false);
      profiles.changed.connect(mark);
      mark();
    }
    model.changed.connect(this.showSummary, this);
    this.showSummary();
  }

  private showSummary(): void {
    const { dot, text, who, lag, tooltip } = this.model.summary;
    this.#dot.dataset['state'] = dot;
    this.#text.textContent = text;
    this.#lag.textContent = lag;
    this.#who.textContent = who;
    this.node.title = tooltip;
  }
}
