/** Every command of the product, by the name the code uses for it, under the plugin that adds it. */
export const COMMANDS = {
  // profiles
  /** args: `name` */
  useProfile: 'replica:use-profile',

  // catalog
  refreshCatalog: 'replica:refresh-catalog',

  // schema-browser; `schema` and `relation` default to the row selected in the sidebar
  showBrowser: 'replica:show-browser',
  /** args: `schema?`, `relation?` */
  preview: 'replica:preview',
  /** A panel with the relation's SELECT. args: `schema?`, `relation?` */
  queryRelation: 'replica:query-relation',
  /** args: `schema?`, `relation?`, `column?` */
  insertName: 'replica:insert-name',
  /** args: `schema?`, `relation?`, `column?` */
  copyName: 'replica:copy-name',
  /** args: `schema?`, `relation?` */
  showDetails: 'replica:show-details',
  /** args: `schema?`, `relation?` */
  insertSelect: 'replica:insert-select',
  /** args: `schema?`, `relation?` */
  relationDataframe: 'replica:relation-dataframe',
  /** args: `schema?`, `relation?` */
  relationExport: 'replica:relation-export',
  /** args: `schema?`, `relation?` */
  copyDefinition: 'replica:copy-definition',
  /** args: `schema?`, `relation?` */
  toggleFavourite: 'replica:toggle-favourite',
  find: 'replica:find',

  // relation-details
  /** args: `schema`, `relation` */
  openDetails: 'replica:open-details',

  // query-panel
  /** args: `sql?`, `name?`, `run?` */
  openPanel: 'replica:open-panel',
  run: 'replica:run',
  runAll: 'replica:run-all',
  format: 'replica:format-sql',
  /** args: `isKey?`, with which a popup that is open is closed instead */
  stop: 'replica:stop',

  /** args: `analyze?`, which runs the statement for its plan */
  explain: 'replica:explain',
  renamePanel: 'replica:rename-panel',
  /** Moves the keyboard between editor, grid and footer. args: `back?` */
  nextPart: 'replica:next-part',

  // query-library
  /** args: `view?`: history, saved or running */
  showLibrary: 'replica:show-library',
  /** args: `sql`, `name?`, `parameters?` */
  saveQuery: 'replica:save-query',

  // dataframe-cell
  /** args: `sql?`, `parameters?`, `profile?`, `snapshot?`, `estimatedBytes?`, `code?` */
  dataframeCell: 'replica:dataframe-cell',
  openCellInPanel: 'replica:open-cell-in-panel',

  /** A cell with this code below the active one, not run. args: `code` */
  insertCode: 'replica:insert-code-cell',

  // dataset-browser; those without args act on the row selected in DATASETS
  refreshDatasets: 'replica:refresh-datasets',
  datasetPreview: 'replica:dataset-preview',
  datasetReadCell: 'replica:dataset-read-cell',
  datasetCopyAddress: 'replica:dataset-copy-address',
  /** args: `reader` */
  datasetCopyCode: 'replica:dataset-copy-code',
  datasetManifest: 'replica:dataset-manifest',
  datasetDelete: 'replica:dataset-delete',
  /** args: `bucket`, `prefix`, `version?` */
  openManifest: 'replica:open-manifest',

  // export-dialog
  /** args: `sql?`, `name?`, `params?`, `profile?`, `now?`, which asks nothing where a destination is remembered */
  export: 'replica:export',

  // idle-timer
  showAutoStop: 'replica:show-auto-stop'
} as const;
