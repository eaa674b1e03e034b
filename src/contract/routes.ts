/**
 * The gateway's routes. A browser puts `{base url}jupyterlab-replica/` before them, a client of
 * the Unix socket puts `/`. Bodies are JSON unless stated. Every reply with a status of 400 or above carries
 * `{"error": ErrorBody}`. Routes about one replica take `?profile=` with the name of a connection profile; without it they
 * mean the first one.
 *
 * | route | method | body → reply |
 * |---|---|---|
 * | health | GET | → Health |
 * | profiles | GET | → Profiles |
 * | connection | GET | → Connection |
 * | catalog?system=&sequences= | GET | → Catalog; either is `true` to be told |
 * | catalog/columns?schema=&relation= | GET | → Columns |
 * | catalog/relation?schema=&relation= | GET | → RelationDetails |
 * | catalog/profile?schema=&relation= | GET | → ColumnProfiles, from what ANALYZE has left |
 * | catalog/search?words= | GET | → ColumnMatches |
 * | catalog/functions?profile= | GET | → Functions |
 * | queries | POST | QueryRequest → QueryStatus (201) |
 * | queries | GET | → RunningQueries: those that have not ended |
 * | queries/plan | POST | PlanRequest → PlanReply; the statement is not run |
 * | queries/{id} | GET | → QueryStatus |
 * | queries/{id} | DELETE | cancels if running and releases the result → 204 |
 * | queries/{id}/events | GET | → server-sent events `status`: QueryStatus, ends after a final state |
 * | queries/{id}/rows?offset=&limit= | GET | → Arrow IPC stream of those rows (what exists by now) |
 * | …/rows?…&columns=0-3,7&cut=&view= | GET | → the same of some columns, with long cells cut (`cells/cut`), in the order of a view |
 * | queries/{id}/views | POST | ViewRequest → View (201): the rows stored by now sorted and filtered |
 * | queries/{id}/summary | POST | SummaryRequest → Summary |
 * | queries/{id}/profile | POST | ProfileRequest → Profile |
 * | queries/{id}/csv?columns=&view=&name= | GET | → all rows as CSV, to be saved |
 * | queries/{id}/arrow | GET | → Arrow IPC stream of the whole result, while it grows |
 * | queries/{id}/cancel | POST | → QueryStatus once the server has confirmed |
 * | history?search=&limit= | GET | → History |
 * | history, history/{id} | DELETE | forgets all, or one → 204 |
 * | saved-queries | GET, POST | → SavedQueries; SaveRequest → SavedQuery |
 * | saved-queries/{id} | DELETE | → 204 |
 * | snapshots | POST | SnapshotRequest → Snapshot (201) |
 * | snapshots/{id} | GET | → Snapshot, which is thereby kept |
 * | snapshots/{id} | DELETE | releases it → 204 |
 * | exports | POST, GET | ExportRequest → ExportStatus (201); → ExportList |
 * | exports | DELETE | forgets those that have ended → 204 |
 * | exports/{id}, …/events, …/cancel | as for queries | ExportStatus |
 * | exports/{id}/retry?overwrite= | POST | starts the same export again, with `true` over the object that is there → ExportStatus (201) |
 * | exports/plan | POST | ExportRequest → ExportPlan |
 * | scale-out | POST, GET | ScaleOutRequest → ScaleOutJob (201); → `{"jobs": [ScaleOutJob]}`; its name is the id of its export |
 * | scale-out/{name} | GET | → ScaleOutJob |
 * | s3/buckets | GET | → Buckets |
 * | s3/folder?bucket=&prefix= | GET | → Folder |
 * | s3/datasets?bucket=&prefix= | GET | → Datasets, and the files of rows beside them |
 * | s3/versions?bucket=&prefix= | GET | → DatasetVersions |
 * | s3/manifest?bucket=&prefix=&version= | GET | → Manifest; the newest without `version` |
 * | s3/preview?bucket=&prefix=&version=&limit= | GET | → Arrow IPC stream of the first rows of its first file |
 * | s3/preview?bucket=&key=&limit= | GET | → the same of one Parquet object |
 * | s3/versions?bucket=&prefix=&version= | DELETE | deletes a version, or without `version` the dataset → Deletion |
 * | s3/deletion?bucket=&prefix=&version= | GET | → Deletion: what deleting the version would take |
 * | s3/deletion?bucket=&key= | GET | → the same of one object |
 * | s3/object?bucket=&key= | DELETE | deletes a file of rows that belongs to no dataset → Deletion |
 * | s3/registration | POST | Registration → Manifest of the version that the table of Glue shows now |
 * | activity | GET | → Activity |
 * | activity/input | POST | a person used keyboard or pointer → 204 |
 * | activity/keep-awake | POST | KeepAwakeRequest → Activity |
 * | activity/keep-awake | DELETE | takes the wish back → Activity |
 * | activity/stopping | POST | StopAnnouncement → StopReport once nothing that ran does so any more |
 * | activity/stopping | DELETE | there is no stop after all → Activity |
 */
export const ROUTES = {
  health: 'v1/health',
  profiles: 'v1/profiles',
  connection: 'v1/connection',
  catalog: 'v1/catalog',
  columns: 'v1/catalog/columns',
  relation: 'v1/catalog/relation',
  columnProfiles: 'v1/catalog/profile',
  functions: 'v1/catalog/functions',
  columnSearch: 'v1/catalog/search',
  queries: 'v1/queries',
  plan: 'v1/queries/plan',
  history: 'v1/history',
  savedQueries: 'v1/saved-queries',
  snapshots: 'v1/snapshots',
  exports: 'v1/exports',
  exportPlan: 'v1/exports/plan',
  scaleOut: 'v1/scale-out',
  buckets: 'v1/s3/buckets',
  folder: 'v1/s3/folder',
  datasets: 'v1/s3/datasets',
  versions: 'v1/s3/versions',
  manifest: 'v1/s3/manifest',
  preview: 'v1/s3/preview',
  deletion: 'v1/s3/deletion',
  object: 'v1/s3/object',
  registration: 'v1/s3/registration',
  activity: 'v1/activity',
  input: 'v1/activity/input',
  keepAwake: 'v1/activity/keep-awake',
  stopping: 'v1/activity/stopping'
} as const;

/** The part of the Jupyter server's URL space that is forwarded to the gateway. */
export const JUPYTER_NAMESPACE = 'jupyterlab-replica';

/** Environment variable by which kernels and terminals find the gateway's Unix socket. */
export const SOCKET_VARIABLE = 'JUPYTERLAB_REPLICA_SOCKET';

export const ARROW_STREAM = 'application/vnd.apache.arrow.stream';
