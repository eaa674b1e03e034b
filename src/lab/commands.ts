/** Every command of the product, by the name the code uses for it. */
export const COMMANDS = {
  /** args: `sql?`, `name?`, `run?` */
  openPanel: 'replica:open-panel',
  /** args: `schema`, `relation` */
  preview: 'replica:preview',
  /** A panel with the relation's SELECT. args: `schema`, `relation` */
  queryRelation: 'replica:query-relation',
  /** args: `schema`, `relation`, `column?` */
  insertName: 'replica:insert-name',
  /** args: `schema`, `relation`, `column?` */
  copyName: 'replica:copy-name',
  refreshCatalog: 'replica:refresh-catalog',
  showBrowser: 'replica:show-browser',
  run: 'replica:run',
  runAll: 'replica:run-all',
  stop: 'replica:stop',
  /** args: `sql?` */
  dataframeCell: 'replica:dataframe-cell',
  /** args: `sql?` */
  export: 'replica:export',
  /** args: `exportId` */
  cancelExport: 'replica:cancel-export',
  showAutoStop: 'replica:show-auto-stop'
} as const;
