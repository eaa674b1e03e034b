import { CommandRegistry } from '@lumino/commands';
import { Menu, Widget } from '@lumino/widgets';
import { type IProfiles } from '../tokens';
import { isWorthShowing } from './worth-showing';

const OPEN = 'open';

/**
 * The profile that a panel keeps for its life, red for production. Where there are several a click offers to open the same
 * statement on another one; a panel itself never changes sides.
 */
export class ProfileChip extends Widget {
  readonly #button = document.createElement('button');

  constructor(
    private readonly profiles: IProfiles,
    private readonly profile: string | null,
    private readonly openOn: (profile: string) => void
  ) {
    super();
    this.addClass('jp-Replica-profile');
    this.#button.type = 'button';
    this.#button.addEventListener('click', () => this.#offer());
    this.node.append(this.#button);
    profiles.changed.connect(this.#show, this);
    this.#show();
  }

  override dispose(): void {
    this.profiles.changed.disconnect(this.#show, this);
    super.dispose();
  }

  #show(): void {
    const name = this.profile ?? this.profiles.all[0]?.name ?? '';
    const isProduction = this.profiles.find(name)?.production ?? false;
    const others = this.#others();
    this.#button.textContent = name;
    this.#button.disabled = others.length === 0;
    const words = `Runs on ${name}${isProduction ? ', which is in production' : ''}`;
    this.#button.title = words;
    this.#button.setAttribute('aria-label', words);
    if (others.length > 0) {
      this.#button.setAttribute('aria-haspopup', 'menu');
    }
    this.toggleClass('jp-mod-production', isProduction);
    this.setHidden(!isWorthShowing(this.profiles, name));
  }

  #others(): readonly string[] {
    return this.profiles.all.map(({ name }) => name).filter(name => name !== this.profile);
  }

  #offer(): void {
    const commands = new CommandRegistry();
    commands.addCommand(OPEN, {
      label: ({ name }) => `Open this query on ${String(name)}`,
      execute: ({ name }) => this.openOn(String(name))
    });
    const menu = new Menu({ commands });
    this.#others().forEach(name => menu.addItem({ command: OPEN, args: { name } }));
    menu.aboutToClose.connect(() => this.#button.focus());
    const { left, bottom } = this.#button.getBoundingClientRect();
    menu.open(left, bottom);
  }
}
