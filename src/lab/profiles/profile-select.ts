import { Widget } from '@lumino/widgets';
import { type IProfiles } from '../tokens';
import { isWorthShowing } from './worth-showing';

/** The profile in use, with a choice where there are several, red for production. */
export class ProfileSelect extends Widget {
  readonly #select = document.createElement('select');

  constructor(private readonly profiles: IProfiles) {
    super();
    this.addClass('jp-Replica-profile');
    this.#select.setAttribute('aria-label', 'Connection profile');
    this.#select.addEventListener('change', () => profiles.use(this.#select.value));
    this.node.append(this.#select);
    profiles.changed.connect(this.#show, this);
    this.#show();
  }

  override dispose(): void {
    this.profiles.changed.disconnect(this.#show, this);
    super.dispose();
  }

  #show(): void {
    const { all, active } = this.profiles;
    this.#select.replaceChildren(...all.map(({ name }) => option(name)));
    this.#select.value = active?.name ?? '';
    this.#select.disabled = all.length < 2;
    const isProduction = active?.production ?? false;
    this.#select.title = isProduction
      ? `${active?.name} is in production: others depend on it`
      : 'The connection of the sidebar and of new query panels';
    this.toggleClass('jp-mod-production', isProduction);
    this.setHidden(!isWorthShowing(this.profiles, active?.name ?? null));
  }
}

function option(name: string): HTMLOptionElement {
  const element = document.createElement('option');
  element.value = name;
  element.textContent = name;
  return element;
}
