import { LabIcon } from '@jupyterlab/ui-components';
import { type RelationKind } from '../contract/catalog';

export const replicaIcon = icon(
  'replica',
  `<path d="M10 2C6.1 2 3 3.2 3 4.8v11.4C3 17.8 6.1 19 10 19v-1.6c-3.3 0-5.3-.9-5.4-1.3v-2.6c1.3.6 3.2 1 5.4 1v-1.6
    c-3.3 0-5.3-.9-5.4-1.3V9c1.3.6 3.2 1 5.4 1s4.1-.4 5.4-1v1.4H17V4.8C17 3.2 13.9 2 10 2Zm0 6.4
    c-3.3 0-5.3-.9-5.4-1.3V6.7c1.3.6 3.2 1 5.4 1s4.1-.4 5.4-1v.4c-.1.4-2.1 1.3-5.4 1.3Z"/>
  <path d="M12 12h9v9h-9v-9Zm1.5 1.5v1.7h6v-1.7h-6Zm0 3.2v2.8h2.3v-2.8h-2.3Zm3.7 0v2.8h2.3v-2.8h-2.3Z"/>`
);

const GRID = 'M3 4h18v16H3V4Zm2 2v3h14V6H5Zm0 5v3h4v-3H5Zm6 0v3h8v-3h-8Zm-6 5v2h4v-2H5Zm6 0v2h8v-2h-8Z';

export const tableIcon = icon('table', `<path fill-rule="evenodd" d="${GRID}"/>`);

const partitionedTableIcon = icon(
  'partitioned-table',
  `<path fill-rule="evenodd" d="M3 3h18v5H3V3Zm2 1.8v1.4h14V4.8H5ZM3 9.5h18v5H3v-5Zm2 1.8v1.4h14v-1.4H5ZM3 16h18v5H3v-5Z
    m2 1.8v1.4h14v-1.4H5Z"/>`
);

const viewIcon = icon(
  'view',
  `<path fill-rule="evenodd" d="M12 5c-4.6 0-8.5 2.8-10 7 1.5 4.2 5.4 7 10 7s8.5-2.8 10-7c-1.5-4.2-5.4-7-10-7Z
    m0 2c3.5 0 6.5 1.9 7.9 5-1.4 3.1-4.4 5-7.9 5s-6.5-1.9-7.9-5C5.5 8.9 8.5 7 12 7Zm0 2a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z"/>`
);

const materializedViewIcon = icon(
  'materialized-view',
  `<path fill-rule="evenodd" d="M3 3h13v4h-2V5H5v9h2v2H3V3Zm5 5h13v13H8V8Zm2 2v2.5h9V10h-9Zm0 4.2V19h3.5v-4.8H10Zm5.2 0V19H19
    v-4.8h-3.8Z"/>`
);

const foreignTableIcon = icon(
  'foreign-table',
  `<path fill-rule="evenodd" d="M3 4h11v2H5v3h9v2h-3v3h3v2h-3v2h8v-4h2v6H3V4Zm2 7v3h4v-3H5Zm0 5v2h4v-2H5Z"/>
  <path d="M15 3h6v6h-2V6.4l-4.3 4.3-1.4-1.4L17.6 5H15V3Z"/>`
);

export const schemaIcon = icon(
  'schema',
  `<path fill-rule="evenodd" d="M9 3h6v5h-2v3h6v5h2v5h-6v-5h2v-3H7v3h2v5H3v-5h2v-5h6V8H9V3Zm2 1.8v1.4h2V4.8h-2ZM4.8 17.8v1.4
    h2.4v-1.4H4.8Zm12 0v1.4h2.4v-1.4h-2.4Z"/>`
);

export const primaryKeyIcon = icon(
  'primary-key',
  `<path fill-rule="evenodd" d="M8 7a5 5 0 1 0 4.6 7H15v3h3v-3h1v3h3v-6h-9.4A5 5 0 0 0 8 7Zm0 2.5a2.5 2.5 0 1 1 0 5
    2.5 2.5 0 0 1 0-5Z"/>`
);

export const foreignKeyIcon = icon(
  'foreign-key',
  '<path d="M13.2 6 11.8 7.4 15.4 11H4v2h11.4l-3.6 3.6 1.4 1.4 6-6-6-6Z"/>'
);

export const insertIcon = icon(
  'insert',
  '<path d="M4 4h2v9h8.2l-2.6-2.6L13 9l5 5-5 5-1.4-1.4 2.6-2.6H4V4Z"/>'
);

export const queryIcon = icon(
  'query',
  `<path fill-rule="evenodd" d="M3 4h18v16H3V4Zm2 2v12h14V6H5Z"/>
  <path d="m7.4 8 4 4-4 4L6 14.6 8.6 12 6 9.4 7.4 8ZM12 14h5v2h-5v-2Z"/>`
);

export const moreIcon = icon(
  'more',
  '<path d="M6 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4Zm6 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4Zm6 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z"/>'
);

export const datasetIcon = icon(
  'dataset',
  `<path fill-rule="evenodd" d="M12 2 2.5 6.7 12 11.4l9.5-4.7L12 2Zm0 2.2 5 2.5-5 2.5-5-2.5 5-2.5Z"/>
  <path d="m4.7 10.9-2.2 1.1 9.5 4.7 9.5-4.7-2.2-1.1-7.3 3.6-7.3-3.6Zm0 5.2-2.2 1.1L12 22l9.5-4.8-2.2-1.1-7.3 3.7-7.3-3.7Z"/>`
);

export const historyIcon = icon(
  'history',
  '<path d="M13 4a8 8 0 0 0-8 8H2l4 4.5L10 12H7a6 6 0 1 1 1.8 4.3l-1.4 1.4A8 8 0 1 0 13 4Zm-1 4v5l4 2.4.8-1.3-3.3-2V8H12Z"/>'
);

export const starIcon = icon(
  'star',
  '<path d="m12 3 2.7 5.9 6.3.7-4.7 4.3 1.3 6.3-5.6-3.2-5.6 3.2 1.3-6.3L3 9.6l6.3-.7L12 3Z"/>'
);

export const detailsIcon = icon(
  'details',
  '<path fill-rule="evenodd" d="M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm1 14h-2v-6h2v6Zm0-8h-2V7h2v2Z"/>'
);

const sequenceIcon = icon('sequence', '<path d="M4 6h2v7H4V6Zm5 4h2v8H9v-8Zm5-4h2v7h-2V6Zm5 4h2v8h-2v-8Z"/>');

export const RELATION_ICONS: Readonly<Record<RelationKind, LabIcon>> = {
  table: tableIcon,
  'partitioned-table': partitionedTableIcon,
  view: viewIcon,
  'materialized-view': materializedViewIcon,
  'foreign-table': foreignTableIcon,
  sequence: sequenceIcon
};

/** `shapes` fill a square of 24 units. */
function icon(name: string, shapes: string): LabIcon {
  return new LabIcon({
    name: `jupyterlab-replica:${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
      <g class="jp-icon3 jp-icon-selectable" fill="#616161">${shapes}</g>
    </svg>`
  });
}
