import { type IProfiles } from '../tokens';

/** What the only profile is called as long as the configuration names none. */
const UNNAMED = 'default';

/** False for the only profile when nobody has named it. */
export function isWorthShowing({ all }: Pick<IProfiles, 'all'>, name: string | null): boolean {
  const known = all.find(profile => profile.name === name);
  const isForeign = name !== null && name !== '' && !known;
  return all.length > 1 || isForeign || (known !== undefined && (known.production || name !== UNNAMED));
}
