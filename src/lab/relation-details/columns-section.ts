import { type Column } from '../../contract/catalog';
import { type ColumnProfile } from '../../contract/column-profile';
import { shortType } from '../../sql/short-type';
import { exactCount, humanCount } from '../human-numbers';
import { foreignKeyIcon, primaryKeyIcon } from '../icons';
import { percent, profilePicture } from '../schema-browser/profile-picture';
import { button, element, section, table } from './element';
import { type Facts } from './facts';
import { type Target } from '../schema-browser/row-text';

const HEAD = ['Column', 'Type', 'Null', 'Default', 'Values', 'Comment'];

/** The columns with their free profiles. */
export function columnsSection(
  { columns, profiles }: Facts,
  open: (target: Target) => void
): HTMLElement | null {
  if (columns.length === 0) {
    return section('Columns', element('p', 'jp-Replica-detailsDim', 'This relation has no column.'));
  }
  const rows = columns.map(column => [
    nameCell(column, open),
    titled(shortType(column.type), column.type),
    column.nullable ? 'yes' : 'not null',
    column.default === null ? null : element('code', '', column.default),
    valuesCell(profiles.get(column.name)),
    column.comment
  ]);
  const none = profiles.size === 0 ? element('p', 'jp-Replica-detailsDim', NO_PROFILE) : null;
  return section(`Columns (${exactCount(columns.length)})`, table('Columns', HEAD, rows), none);
}

const NO_PROFILE =
  'There is no free profile: ANALYZE has not seen this relation yet, or this role may not read it.';

function nameCell({ name, primaryKey, references }: Column, open: (target: Target) => void): HTMLElement {
  const cell = element('span', 'jp-Replica-detailsName');
  if (primaryKey) {
    cell.append(primaryKeyIcon.element({ tag: 'span', title: 'primary key' }));
  }
  cell.append(element('bdi', '', name));
  if (references) {
    const link = button(`${references.relation}.${references.column}`, () => open(references), LINK);
    link.prepend(foreignKeyIcon.element({ tag: 'span' }));
    link.title = `Refers to ${references.schema}.${references.relation}.${references.column}`;
    cell.append(link);
  }
  return cell;
}

export const LINK = 'jp-Replica-detailsLink';

function valuesCell(profile: ColumnProfile | undefined): HTMLElement | null {
  if (!profile) {
    return null;
  }
  const { nullFraction, distinct, lowest, highest, mostCommon, averageBytes } = profile;
  const cell = element('details', 'jp-Replica-detailsProfile');
  const words = [
    nullFraction > 0 ? `${percent(nullFraction)} null` : '',
    distinct === null ? '' : `about ${humanCount(distinct)} distinct`
  ];
  const summary = element(
    'summary',
    '',
    profilePicture(profile),
    words.filter(Boolean).join(' · ') || 'no null'
  );
  cell.append(summary);
  if (lowest !== null && highest !== null) {
    cell.append(element('p', '', `from ${lowest} to ${highest}`));
  }
  const common = mostCommon.map(({ value, fraction }) => [element('bdi', '', value), percent(fraction)]);
  cell.append(
    table('Most common values', ['Most common', 'Share'], common) ?? element('p', '', 'No value is common.'),
    element(
      'p',
      'jp-Replica-detailsDim',
      `${exactCount(averageBytes)} bytes a value on average, as ANALYZE saw it`
    )
  );
  return cell;
}

function titled(text: string, title: string): HTMLElement {
  const made = element('span', '', text);
  made.title = title;
  return made;
}
