import { Clipboard } from '@jupyterlab/apputils';
import { type ForeignKey } from '../../contract/relation-details';
import { quoteIdentifier, quoteQualified } from '../../sql/quote';
import { exactCount, humanBytes, humanCount } from '../human-numbers';
import { type Target } from '../schema-browser/row-text';
import { LINK } from './columns-section';
import { button, element, section, table } from './element';
import { type Facts } from './facts';

type Open = (target: Target) => void;

/** Which grant is missing, to be copied; null where the role may read all of it. */
export function grantNotice({ name, details, role, relation }: Facts): HTMLElement | null {
  if (details.grants.includes('SELECT')) {
    return null;
  }
  const kind = relation.kind === 'sequence' ? 'SEQUENCE ' : '';
  const grant = `GRANT SELECT ON ${kind}${quoteQualified(name.schema, name.relation)} TO ${quoteIdentifier(role || 'your_role')};`;
  const some = details.readableColumns;
  const words =
    some.length > 0
      ? `This role may read only ${some.join(', ')}. For the rest ask ${details.owner} for:`
      : `This role may not read it. Ask ${details.owner} for:`;
  const notice = element(
    'div',
    'jp-Replica-detailsGrant',
    element('p', '', words),
    element('code', '', grant)
  );
  notice.append(button('Copy', () => Clipboard.copyToSystem(grant)));
  return notice;
}

export function keysSection({ details }: Facts, open: Open): HTMLElement | null {
  const keys = details.keys.map(({ name, kind, columns }) => [kind, list(columns), element('bdi', '', name)]);
  const checks = details.checks.map(({ name, definition }) => [
    'check',
    element('code', '', definition),
    element('bdi', '', name)
  ]);
  const foreign = details.foreignKeys.map(key => [
    'foreign',
    keyCell(key, open),
    element('bdi', '', key.name)
  ]);
  return section('Keys and checks', table('Keys', ['Kind', 'On', 'Name'], [...keys, ...foreign, ...checks]));
}

/** Foreign keys of other relations that lead here. */
export function referencesSection({ details }: Facts, open: Open): HTMLElement | null {
  const rows = details.referencedBy.map(key => [
    relationLink(key, open),
    list(key.otherColumns),
    list(key.columns)
  ]);
  return section('Referenced by', table('Referenced by', ['Relation', 'Its columns', 'Columns here'], rows));
}

export function indexesSection({ details }: Facts): HTMLElement | null {
  const rows = details.indexes.map(index => [
    element('bdi', '', index.name),
    [index.primary ? 'primary' : index.unique ? 'unique' : '', index.valid ? '' : 'not valid']
      .filter(Boolean)
      .join(', '),
    exactly(humanBytes(index.sizeBytes), `${exactCount(index.sizeBytes)} bytes`),
    index.scans === null
      ? null
      : exactly(humanCount(index.scans), `${exactCount(index.scans)} scans on this server`),
    element('code', '', index.definition)
  ]);
  return section('Indexes', table('Indexes', ['Name', 'Kind', 'Size', 'Scans here', 'Definition'], rows));
}

export function partitionsSection({ details }: Facts, open: Open): HTMLElement | null {
  const key = details.partitionKey;
  const rows = details.partitions.map(({ schema, name, bounds, rowEstimate, sizeBytes }) => [
    button(name, () => open({ schema, relation: name }), LINK),
    element('code', '', bounds),
    rowEstimate === null ? null : exactly(`about ${humanCount(rowEstimate)}`, exactCount(rowEstimate)),
    sizeBytes === null ? null : exactly(humanBytes(sizeBytes), `${exactCount(sizeBytes)} bytes`)
  ]);
  return section(
    key === null ? 'Partition' : `Partitions by ${key}`,
    details.bounds === null ? null : element('p', '', element('code', '', details.bounds)),
    table('Partitions', ['Name', 'Bounds', 'Rows', 'Size'], rows)
  );
}

export function definitionSection({ details }: Facts): HTMLElement | null {
  const { definition } = details;
  return definition === null
    ? null
    : section('Definition', element('pre', 'jp-Replica-detailsSql', element('code', '', definition)));
}

export function grantsSection({ details }: Facts): HTMLElement | null {
  const { grants } = details;
  return section(
    'Privileges of this role',
    element('p', '', grants.length > 0 ? grants.join(', ') : 'none on the relation as a whole')
  );
}

function keyCell(key: ForeignKey, open: Open): HTMLElement {
  const cell = element('span', '', list(key.columns), ' → ', relationLink(key, open));
  cell.append(' ', list(key.otherColumns));
  return cell;
}

function relationLink({ other: { schema, relation } }: ForeignKey, open: Open): HTMLElement {
  const link = button(relation, () => open({ schema, relation }), LINK);
  link.title = `${schema}.${relation}`;
  return link;
}

function list(columns: readonly string[]): HTMLElement {
  return element('bdi', '', columns.join(', '));
}

function exactly(text: string, title: string): HTMLElement {
  const made = element('span', '', text);
  made.title = title;
  return made;
}
