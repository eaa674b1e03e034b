import { Token } from '@lumino/coreutils';
import { type ISignal } from '@lumino/signaling';
import { type Table } from 'apache-arrow';
import { type Activity } from '../contract/activity';
import { type Catalog, type CatalogScope, type Column } from '../contract/catalog';
import { type ColumnProfile } from '../contract/column-profile';
import { type ColumnMatches } from '../contract/column-search';
import { type Connection, type Health, type ProfileInfo } from '../contract/connection';
import { type DatasetVersions, type Manifest } from '../contract/dataset';
import { type ErrorBody } from '../contract/errors';
import { type ExportRequest, type ExportStatus } from '../contract/export';
import {
  type Buckets,
  type Datasets,
  type Deletion,
  type ExportPlan,
  type Folder
} from '../contract/storage';
import { type HistoryEntry, type SavedQuery, type SaveRequest, type Written } from '../contract/history';
import { type PlanReply, type PlanRequest } from '../contract/plan';
import { type RelationDetails } from '../contract/relation-details';
import { type DatabaseFunction } from '../contract/functions';
import { type QueryRequest, type QueryStatus } from '../contract/query';
import {
  type Profile,
  type Summary,
  type SummaryRequest,
  type View,
  type ViewRequest
} from '../contract/view';
import { type ScaleOutRequest } from '../contract/scale-out';
import { type StatementArgs } from './statement-args';
import { type ResultTabs } from './query-panel/result-tabs';

/** A table, or what reads like one, by its two names as PostgreSQL stores them (not quoted). */
export interface RelationName {
  readonly schema: string;
  readonly relation: string;
}

/**
 * The gateway's routes as methods. Every method rejects with `GatewayFailure`, or with the
 * signal's reason when `signal` aborts it.
 */
export interface IReplicaClient {
  /** The connection profile whose replica is meant; null is the first one. */
  readonly profile: string | null;
  /** The same gateway for another profile. */
  ofProfile(name: string | null): IReplicaClient;
  profiles(signal?: AbortSignal): Promise<readonly ProfileInfo[]>;

  health(signal?: AbortSignal): Promise<Health>;
  connection(signal?: AbortSignal): Promise<Connection>;
  catalog(scope: CatalogScope, signal?: AbortSignal): Promise<Catalog>;
  columns(relation: RelationName, signal?: AbortSignal): Promise<readonly Column[]>;
  relationDetails(relation: RelationName, signal?: AbortSignal): Promise<RelationDetails>;
  /** From what ANALYZE has left; none for a relation that was never analyzed or may not be read. */
  columnProfiles(relation: RelationName, signal?: AbortSignal): Promise<readonly ColumnProfile[]>;
  /** Columns of all relations by name and comment, the best first. */
  searchColumns(words: string, signal?: AbortSignal): Promise<ColumnMatches>;

  functions(signal?: AbortSignal): Promise<readonly DatabaseFunction[]>;

  startQuery(request: QueryDraft, signal?: AbortSignal): Promise<QueryStatus>;
  query(queryId: string, signal?: AbortSignal): Promise<QueryStatus>;
  /** Resolves once the database server has confirmed the end. */
  cancelQuery(queryId: string): Promise<QueryStatus>;
  /** Cancels the query if it runs and gives its result up. */
  releaseQuery(queryId: string): Promise<void>;
  /** Each new status, the final one last. Reconnects while the query is not final. */
  follow(queryId: string, signal?: AbortSignal): AsyncIterable<QueryStatus>;
  /** Rows `offset` up to `offset + limit` of the result, or those of them that exist by now. */
  rows(
    queryId: string,
    offset: number,
    limit: number,
    signal?: AbortSignal,
    excerpt?: RowsExcerpt
  ): Promise<Table>;
  /** Sorts and filters the rows that are stored by now. */
  arrangeRows(queryId: string, request: ViewRequest, signal?: AbortSignal): Promise<View>;
  /** Counts and sums over a range of cells. */
  summarize(queryId: string, request: SummaryRequest, signal?: AbortSignal): Promise<Summary>;
  /** Distribution and NULLs of columns. */
  profileColumns(queryId: string, columns: readonly number[], signal?: AbortSignal): Promise<Profile>;
  /** Where all rows are downloaded as CSV. */
  csvUrl(queryId: string, name: string, excerpt?: RowsExcerpt): string;

  /** What the server would do with a statement; it is not run. */
  plan(request: PlanRequest, signal?: AbortSignal): Promise<PlanReply>;
  /** All queries of this user that have not ended, of panels, kernels and exports. */
  runningQueries(signal?: AbortSignal): Promise<readonly QueryStatus[]>;

  /** Newest first; every word of `search` is in each. */
  history(search: string, signal?: AbortSignal): Promise<readonly HistoryEntry[]>;
  /** Forgets one statement, or with null all. */
  forgetHistory(id: string | null): Promise<void>;
  /** By name. */
  savedQueries(signal?: AbortSignal): Promise<readonly SavedQuery[]>;
  saveQuery(request: SaveRequest): Promise<SavedQuery>;
  removeSavedQuery(id: string): Promise<void>;

  startExport(request: ExportDraft, signal?: AbortSignal): Promise<ExportStatus>;
  /** Starts an export by Spark, of which the exports then tell. */
  startScaleOut(request: ScaleOutDraft, signal?: AbortSignal): Promise<ExportStatus>;
  /** Emitted for each export that this page has started. */
  readonly exportStarted: ISignal<IReplicaClient, ExportStatus>;
  /** Newest first. */
  exports(signal?: AbortSignal): Promise<readonly ExportStatus[]>;
  /** Takes those that have ended out of `exports`. */
  clearExports(): Promise<void>;
  cancelExport(exportId: string): Promise<ExportStatus>;
  followExport(exportId: string, signal?: AbortSignal): AsyncIterable<ExportStatus>;
  /** Starts the same export again, if asked over the object that is there. */
  retryExport(exportId: string, overwrite?: boolean): Promise<ExportStatus>;
  /** What an export would do. */
  planExport(request: ExportDraft, signal?: AbortSignal): Promise<ExportPlan>;
  readonly storage: IStorageClient;

  activity(signal?: AbortSignal): Promise<Activity>;
  /** Tells that a person used keyboard or pointer. Holds no content. */
  reportInput(): Promise<void>;
  /** Asks for the instance to stay on for so many minutes, or with null until the running work ends. */
  keepAwake(minutes: number | null): Promise<Activity>;
  /** Takes that back. */
  endKeepAwake(): Promise<Activity>;
}

/** A dataset on S3; its prefix has no slash at its end. */
export interface DatasetPlace {
  readonly bucket: string;
  readonly prefix: string;
}

export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

/** What a person sees of S3, as the gateway's role sees it. Its methods reject as those of `IReplicaClient` do. */
export interface IStorageClient {
  /** Buckets that the role can see. */
  buckets(signal?: AbortSignal): Promise<Buckets>;
  folder(bucket: string, prefix: string, signal?: AbortSignal): Promise<Folder>;
  /** All datasets and single files of rows of a bucket. */
  datasets(bucket: string, signal?: AbortSignal): Promise<Datasets>;
  versions(dataset: DatasetPlace, signal?: AbortSignal): Promise<DatasetVersions>;
  /** Of the newest version, unless another is named. */
  manifest(dataset: DatasetPlace, version: string | null, signal?: AbortSignal): Promise<Manifest>;
  /** The first rows of a version, or of one Parquet object. */
  preview(
    place: DatasetPlace | ObjectPlace,
    version: string | null,
    limit: number,
    signal?: AbortSignal
  ): Promise<Table>;
  /** What deleting a version that is not the newest, for null the whole dataset, or one object would take. */
  deletion(place: DatasetPlace | ObjectPlace, version: string | null): Promise<Deletion>;
  delete(place: DatasetPlace | ObjectPlace, version: string | null): Promise<Deletion>;
}

/** Some columns of the result, long cells cut, in the order of a view. */
export interface RowsExcerpt {
  /** By number; all without it. */
  readonly columns?: readonly number[];
  readonly isCut?: boolean;
  readonly viewId?: string | null;
}

/** A request of which the contract's defaults may be left out. */
export type QueryDraft = Pick<QueryRequest, 'sql' | 'origin'> & Partial<QueryRequest>;
export type ExportDraft = Pick<ExportRequest, 'sql' | 'origin' | 'bucket' | 'key'> & Partial<ExportRequest>;

export type ScaleOutDraft = Pick<ScaleOutRequest, 'sql' | 'origin' | 'bucket' | 'key' | 'engine'> &
  Partial<ScaleOutRequest>;

export const IReplicaClient = new Token<IReplicaClient>(
  'jupyterlab-replica:IReplicaClient',
  'Requests to the gateway of the PostgreSQL replica.'
);

/** The connection profiles of the gateway, and which of them the sidebar and new panels use. */
export interface IProfiles {
  /** Resolves once the profiles are known, or cannot be. */
  readonly ready: Promise<void>;
  /** Empty before that. */
  readonly all: readonly ProfileInfo[];
  readonly active: ProfileInfo | null;
  /** Emitted when another profile is in use, or when they are known. */
  readonly changed: ISignal<IProfiles, void>;
  find(name: string | null): ProfileInfo | null;
  /** Uses another profile from now on; a name that is not known changes nothing. */
  use(name: string): void;
}

export const IProfiles = new Token<IProfiles>(
  'jupyterlab-replica:IProfiles',
  'The connection profiles, and which of them is in use.'
);

export type CatalogState =
  | { readonly kind: 'loading'; readonly previous: Catalog | null }
  | { readonly kind: 'ready'; readonly catalog: Catalog }
  | { readonly kind: 'failed'; readonly error: ErrorBody; readonly previous: Catalog | null };

export type ColumnsState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly columns: readonly Column[] }
  | { readonly kind: 'failed'; readonly error: ErrorBody };

/** The catalog as last read, shared by the sidebar and the editors' completion. */
export interface ICatalogModel {
  readonly state: CatalogState;
  /** The newest catalog there is: the one being replaced while loading or after a failure. */
  readonly catalog: Catalog | null;
  /** Emitted when the state, or the columns of any relation, changed. */
  readonly changed: ISignal<ICatalogModel, void>;
  /** Reads the catalog again, and columns when next asked for. Never rejects: a failure is a state. */
  refresh(): Promise<void>;
  /** The catalog of another profile, read when it is first asked for. Null is the profile in use. */
  ofProfile(name: string | null): ICatalogModel;
  /** The relation's columns, read once and then remembered. Rejects with `GatewayFailure`. */
  columns(relation: RelationName): Promise<readonly Column[]>;
  /** All about a relation but its columns, read once until the next refresh. Rejects with `GatewayFailure`. */
  details(relation: RelationName): Promise<RelationDetails>;
  /** What ANALYZE has left about its columns, read once until the next refresh. Rejects with `GatewayFailure`. */
  profiles(relation: RelationName): Promise<readonly ColumnProfile[]>;
  /** Columns of all relations, known or not. Rejects with `GatewayFailure`, or the reason of `signal`. */
  searchColumns(words: string, signal: AbortSignal): Promise<ColumnMatches>;
  /** Functions that a statement may call, read once until the next refresh. Rejects with `GatewayFailure`. */
  functions(): Promise<readonly DatabaseFunction[]>;
  /** What is known of the relation's columns now; undefined when nobody asked for them yet. */
  columnsState(relation: RelationName): ColumnsState | undefined;
}

export const ICatalogModel = new Token<ICatalogModel>(
  'jupyterlab-replica:ICatalogModel',
  'Schemas, relations and columns of the PostgreSQL replica.'
);

/** The query panels of the main area. */
export interface IQueryPanels {
  /** Opens a new panel; `run` starts the statement at once. */
  open(options?: {
    readonly sql?: string;
    readonly name?: string;
    readonly run?: boolean;
    /** What the fields of its parameters hold at first. */
    readonly parameters?: Written['parameters'];
    /** By default the profile in use. */
    readonly profile?: string | null;
  }): Promise<void>;
  /** Shows the relation's first rows in a preview panel: the one it has, unless its text was edited, or a new one. */
  preview(relation: RelationName): Promise<void>;
  /** Writes at the cursor of the panel in use. False when no panel is the current widget. */
  insert(text: string): boolean;
  /** What the panel used last would run: its selection, or the statement at the cursor. Null without one. */
  statement(): (StatementArgs & { readonly estimatedBytes: number | null }) | null;
  /** Takes more tabs beside Result, Plan and Messages. */
  readonly tabs: Pick<ResultTabs, 'add'>;
}

export const IQueryPanels = new Token<IQueryPanels>(
  'jupyterlab-replica:IQueryPanels',
  'The query panels of the main area.'
);
