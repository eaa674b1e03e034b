import { type ISignal, Signal } from '@lumino/signaling';
import { type ProfileInfo } from '../../contract/connection';
import { type IProfiles, type IReplicaClient } from '../tokens';

/** Where the name of the profile in use is remembered. */
export interface ProfileMemory {
  read(): Promise<string | null>;
  write(name: string): Promise<void>;
}

/** The connection profiles, and which of them the sidebar and new panels use. */
export class ProfilesModel implements IProfiles {
  readonly ready: Promise<void>;
  #all: readonly ProfileInfo[] = [];
  #active: ProfileInfo | null = null;
  readonly #changed = new Signal<this, void>(this);

  constructor(
    client: Pick<IReplicaClient, 'profiles'>,
    private readonly memory: ProfileMemory
  ) {
    this.ready = this.#load(client);
  }

  get all(): readonly ProfileInfo[] {
    return this.#all;
  }

  get active(): ProfileInfo | null {
    return this.#active;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  find(name: string | null): ProfileInfo | null {
    return this.#all.find(profile => profile.name === name) ?? null;
  }

  use(name: string): void {
    const profile = this.find(name);
    if (profile && profile !== this.#active) {
      this.#active = profile;
      void this.memory.write(name);
      this.#changed.emit();
    }
  }

  /** A gateway that does not answer leaves no choice: what asks it next tells why. */
  async #load(client: Pick<IReplicaClient, 'profiles'>): Promise<void> {
    const [profiles, remembered] = await Promise.all([
      client.profiles().catch(() => []),
      this.memory.read().catch(() => null)
    ]);
    this.#all = profiles;
    this.#active = this.find(remembered) ?? profiles[0] ?? null;
    this.#changed.emit();
  }
}
