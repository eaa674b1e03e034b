import { type DatasetVersion } from '../../contract/dataset';
import { exactCount, humanBytes, humanCount } from '../human-numbers';
import { type DatasetRow, type Item, type Readable } from './dataset-row';

/** What a row is called, without the folder that it is in. */
export function nameOf(item: Item): string {
  switch (item.kind) {
    case 'dataset':
      return lastOf(item.dataset.prefix);
    case 'version':
      return dateOf(item.version.committedAt);
    case 'file':
      return item.file.path.slice(`v=${item.version}/`.length);
    case 'object':
      return lastOf(item.object.key);
    case 'note':
      return item.text;
  }
}

/** The folder of a dataset or single file, such as `exports/`; empty at the top. */
export function folderOf(item: Item): string {
  const path = item.kind === 'dataset' ? item.dataset.prefix : item.kind === 'object' ? item.object.key : '';
  return path.slice(0, path.lastIndexOf('/') + 1);
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Rows, size and date in short. */
export function detailOf(item: Item): string {
  switch (item.kind) {
    case 'dataset': {
      const { newest } = item.dataset;
      return newest
        ? `v ${newest.committedAt.slice(0, 10)} · ${humanCount(newest.rows)} rows · ${humanBytes(newest.bytes)}`
        : 'not readable';
    }
    case 'version': {
      const { rows, bytes } = item.version;
      return `${item.isNewest ? 'newest · ' : ''}${humanCount(rows)} rows · ${humanBytes(bytes)}`;
    }
    case 'file':
      return `${humanCount(item.file.rows)} rows · ${humanBytes(item.file.bytes)}`;
    case 'object': {
      const { bytes, modifiedAt } = item.object;
      return [modifiedAt?.slice(0, 10), humanBytes(bytes)].filter(Boolean).join(' · ');
    }
    case 'note':
      return '';
  }
}

/** The exact values. */
export function tooltipOf(item: Item): string {
  switch (item.kind) {
    case 'dataset':
      return [uriOf(item), ...(item.dataset.newest ? versionFacts(item.dataset.newest) : [])].join('\n');
    case 'version':
      return [uriOf(item), ...versionFacts(item.version)].join('\n');
    case 'file':
      return [uriOf(item), `${exactCount(item.file.rows)} rows, ${exactCount(item.file.bytes)} bytes`].join(
        '\n'
      );
    case 'object':
      return [
        uriOf(item),
        `${exactCount(item.object.bytes)} bytes`,
        ...(item.object.modifiedAt ? [`written at ${item.object.modifiedAt}`] : [])
      ].join('\n');
    case 'note':
      return item.text;
  }
}

/** As it is read aloud. */
export function spokenOf(row: DatasetRow): string {
  const kinds = { dataset: 'dataset', version: 'version', file: 'file', object: 'single file', note: '' };
  return [`${folderOf(row)}${nameOf(row)}`, kinds[row.kind], detailOf(row).replaceAll(' · ', ', ')]
    .filter(Boolean)
    .join(', ');
}

/** Of a dataset its prefix, of a version its folder, of a file the object. */
export function uriOf(item: Readable): string {
  switch (item.kind) {
    case 'dataset':
      return `s3://${item.dataset.bucket}/${item.dataset.prefix}`;
    case 'version':
      return `s3://${item.dataset.bucket}/${item.dataset.prefix}/v=${item.version.version}/`;
    case 'file':
      return `s3://${item.dataset.bucket}/${item.dataset.prefix}/${item.file.path}`;
    case 'object':
      return `s3://${item.bucket}/${item.object.key}`;
  }
}

function versionFacts({ version, mode, committedAt, asOf, user, rows, bytes, files }: DatasetVersion) {
  return [
    `version ${version} (${mode})`,
    `${exactCount(rows)} rows, ${exactCount(bytes)} bytes in ${files === 1 ? '1 file' : `${files} files`}`,
    `committed at ${committedAt}${user ? ` by ${user}` : ''}`,
    ...(asOf ? [`rows as of ${asOf}`] : [])
  ];
}

/** `2026-11-25 22:17`, in the time of the person who looks. */
function dateOf(moment: string): string {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) {
    return moment;
  }
  const two = (part: number) => String(part).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes()].map(two).join(':')}`;
}
