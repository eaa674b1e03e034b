import { type BrowserModel } from './browser-model';
import { tooltipOf } from './describe-row';
import { profileInWords, profilePicture } from './profile-picture';
import { type TreeRow } from './tree-row';

/** Puts the free profile of the selected column into its row, once it is known and if the row is still selected. */
export async function showSelectedProfile(
  model: BrowserModel,
  row: TreeRow,
  element: HTMLElement
): Promise<void> {
  if (row.kind !== 'column' || element.querySelector('.jp-Replica-profilePicture')) {
    return;
  }
  // Without a profile the row stays as it is; the details say why there is none.
  const profiles = await model.source.profiles(row.of).catch(() => []);
  const profile = profiles.find(({ column }) => column === row.column.name);
  const picture = profile && profilePicture(profile);
  if (picture && model.selected?.id === row.id && !element.querySelector('.jp-Replica-profilePicture')) {
    element.title = `${tooltipOf(row)}\n${profileInWords(profile)} (as ANALYZE saw it)`;
    element.querySelector('.jp-Replica-rowDetail')?.before(picture);
  }
}
