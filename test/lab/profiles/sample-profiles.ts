import { type ProfileInfo } from '../../../src/contract/connection';
import { ProfilesModel, type ProfileMemory } from '../../../src/lab/profiles/model';

export const DEV_AND_PROD: readonly ProfileInfo[] = [
  { name: 'dev', production: false },
  { name: 'prod', production: true }
];

/** A memory that remembers until the page is gone. */
export function memory(remembered: string | null = null): ProfileMemory & { name: string | null } {
  return {
    name: remembered,
    async read() {
      return this.name;
    },
    async write(name) {
      this.name = name;
    }
  };
}

/** Profiles as a gateway gives them, loaded. */
export async function profilesModel(
  given: readonly ProfileInfo[] = DEV_AND_PROD,
  remembered = memory()
): Promise<ProfilesModel> {
  const model = new ProfilesModel({ profiles: async () => given }, remembered);
  await model.ready;
  return model;
}
