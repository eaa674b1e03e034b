import { type ServerConnection } from '@jupyterlab/services';
import { Signal, type ISignal } from '@lumino/signaling';
import { type Table } from 'apache-arrow';
import { parseActivity, type Activity } from '../../contract/activity';
import { type KeepAwakeRequest } from '../../contract/auto-stop';
import {
  parseCatalog,
  parseColumns,
  type Catalog,
  type CatalogScope,
  type Column
} from '../../contract/catalog';
import { parseColumnProfiles, type ColumnProfile } from '../../contract/column-profile';
import { parseColumnMatches, type ColumnMatches } from '../../contract/column-search';
import {
  parseConnection,
  parseHealth,
  parseProfiles,
  type Connection,
  type Health,
  type ProfileInfo
} from '../../contract/connection';
import { parseExportList, parseExportStatus, type ExportStatus } from '../../contract/export';
import { type DatabaseFunction, parseFunctions } from '../../contract/functions';
import {
  parseHistory,
  parseSavedQueries,
  parseSavedQuery,
  type HistoryEntry,
  type SavedQuery,
  type SaveRequest
} from '../../contract/history';
import { parsePlanReply, type PlanReply, type PlanRequest } from '../../contract/plan';
import { parseQueryStatus, parseRunningQueries, type QueryStatus } from '../../contract/query';
import { parseRelationDetails, type RelationDetails } from '../../contract/relation-details';
import { ROUTES } from '../../contract/routes';
import { parseStartedJob } from '../../contract/scale-out';
import { parseExportPlan, type ExportPlan } from '../../contract/storage';
import {
  type ExportDraft,
  type IReplicaClient,
  type IStorageClient,
  type QueryDraft,
  type RelationName,
  type RowsExcerpt,
  type ScaleOutDraft
} from '../tokens';
import {
  parseProfile,
  parseSummary,
  parseView,
  type Profile,
  type Summary,
  type SummaryRequest,
  type View,
  type ViewRequest
} from '../../contract/view';
import { GatewayHttp } from './gateway-http';
import { StorageClient } from './storage-client';

/** What clients of one gateway share, whatever profile they mean. */
class Shared {
  readonly http: GatewayHttp;
  readonly exportStarted: Signal<IReplicaClient, ExportStatus>;

  constructor(first: IReplicaClient, settings: ServerConnection.ISettings) {
    this.http = new GatewayHttp(settings);
    this.exportStarted = new Signal(first);
  }
}

export class GatewayClient implements IReplicaClient {
  readonly storage: IStorageClient;
  readonly #shared: Shared;

  constructor(
    private readonly settings: ServerConnection.ISettings,
    readonly profile: string | null = null,
    sibling: GatewayClient | null = null
  ) {
    this.#shared = sibling ? sibling.#shared : new Shared(this, settings);
    this.storage = new StorageClient(this.http);
  }

  /** For how long an unreachable server is tried again while a query or export is followed. */
  set reconnectMs(reconnectMs: number) {
    this.#shared.http.reconnectMs = reconnectMs;
  }

  ofProfile(name: string | null): IReplicaClient {
    return name === this.profile ? this : new GatewayClient(this.settings, name, this);
  }

  async profiles(signal?: AbortSignal): Promise<readonly ProfileInfo[]> {
    return (await this.http.json('GET', ROUTES.profiles, parseProfiles, { signal })).profiles;
  }

  health(signal?: AbortSignal): Promise<Health> {
    return this.http.json('GET', ROUTES.health, parseHealth, { signal });
  }

  connection(signal?: AbortSignal): Promise<Connection> {
    return this.http.json('GET', this.place(ROUTES.connection), parseConnection, { signal });
  }

  catalog({ system, sequences }: CatalogScope, signal?: AbortSignal): Promise<Catalog> {
    const path = this.place(ROUTES.catalog, { system: String(system), sequences: String(sequences) });
    return this.http.json('GET', path, parseCatalog, { signal });
  }

  async columns(relation: RelationName, signal?: AbortSignal): Promise<readonly Column[]> {
    const path = this.place(ROUTES.columns, { ...relation });
    return (await this.http.json('GET', path, parseColumns, { signal })).columns;
  }

  relationDetails(relation: RelationName, signal?: AbortSignal): Promise<RelationDetails> {
    return this.http.json('GET', this.place(ROUTES.relation, { ...relation }), parseRelationDetails, {
      signal
    });
  }

  async columnProfiles(relation: RelationName, signal?: AbortSignal): Promise<readonly ColumnProfile[]> {
    const path = this.place(ROUTES.columnProfiles, { ...relation });
    return (await this.http.json('GET', path, parseColumnProfiles, { signal })).profiles;
  }

  searchColumns(words: string, signal?: AbortSignal): Promise<ColumnMatches> {
    return this.http.json('GET', this.place(ROUTES.columnSearch, { words }), parseColumnMatches, { signal });
  }

  async functions(signal?: AbortSignal): Promise<readonly DatabaseFunction[]> {
    return (await this.http.json('GET', this.place(ROUTES.functions), parseFunctions, { signal })).functions;
  }

  startQuery(request: QueryDraft, signal?: AbortSignal): Promise<QueryStatus> {
    const body = { ...this.named, ...request };
    return this.http.json('POST', ROUTES.queries, parseQueryStatus, { signal, body });
  }

  query(queryId: string, signal?: AbortSignal): Promise<QueryStatus> {
    return this.http.json('GET', one(ROUTES.queries, queryId), parseQueryStatus, { signal });
  }

  cancelQuery(queryId: string): Promise<QueryStatus> {
    return this.http.json('POST', `${one(ROUTES.queries, queryId)}/cancel`, parseQueryStatus);
  }

  async releaseQuery(queryId: string): Promise<void> {
    await this.http.send('DELETE', one(ROUTES.queries, queryId));
  }

  follow(queryId: string, signal?: AbortSignal): AsyncIterable<QueryStatus> {
    return this.http.events(one(ROUTES.queries, queryId), parseQueryStatus, 'query', signal);
  }

  async rows(
    queryId: string,
    offset: number,
    limit: number,
    signal?: AbortSignal,
    excerpt: RowsExcerpt = {}
  ): Promise<Table> {
    const query = excerptQuery(excerpt);
    query.set('offset', String(offset));
    query.set('limit', String(limit));
    return this.http.table(`${one(ROUTES.queries, queryId)}/rows?${query}`, signal);
  }

  arrangeRows(queryId: string, body: ViewRequest, signal?: AbortSignal): Promise<View> {
    return this.http.json('POST', `${one(ROUTES.queries, queryId)}/views`, parseView, { signal, body });
  }

  summarize(queryId: string, body: SummaryRequest, signal?: AbortSignal): Promise<Summary> {
    return this.http.json('POST', `${one(ROUTES.queries, queryId)}/summary`, parseSummary, { signal, body });
  }

  profileColumns(queryId: string, columns: readonly number[], signal?: AbortSignal): Promise<Profile> {
    const body = { columns };
    return this.http.json('POST', `${one(ROUTES.queries, queryId)}/profile`, parseProfile, { signal, body });
  }

  csvUrl(queryId: string, name: string, excerpt: RowsExcerpt = {}): string {
    const query = excerptQuery(excerpt);
    query.set('name', name);
    return this.http.download(`${one(ROUTES.queries, queryId)}/csv`, query);
  }

  plan(request: PlanRequest, signal?: AbortSignal): Promise<PlanReply> {
    return this.http.json('POST', this.place(ROUTES.plan), parsePlanReply, { signal, body: request });
  }

  async runningQueries(signal?: AbortSignal): Promise<readonly QueryStatus[]> {
    return (await this.http.json('GET', ROUTES.queries, parseRunningQueries, { signal })).queries;
  }

  async history(search: string, signal?: AbortSignal): Promise<readonly HistoryEntry[]> {
    const query = new URLSearchParams({ search });
    return (await this.http.json('GET', `${ROUTES.history}?${query}`, parseHistory, { signal })).entries;
  }

  async forgetHistory(id: string | null): Promise<void> {
    await this.http.send('DELETE', id === null ? ROUTES.history : one(ROUTES.history, id));
  }

  async savedQueries(signal?: AbortSignal): Promise<readonly SavedQuery[]> {
    return (await this.http.json('GET', ROUTES.savedQueries, parseSavedQueries, { signal })).queries;
  }

  saveQuery(request: SaveRequest): Promise<SavedQuery> {
    return this.http.json('POST', ROUTES.savedQueries, parseSavedQuery, { body: request });
  }

  async removeSavedQuery(id: string): Promise<void> {
    await this.http.send('DELETE', one(ROUTES.savedQueries, id));
  }

  get exportStarted(): ISignal<IReplicaClient, ExportStatus> {
    return this.#shared.exportStarted;
  }

  async startExport(request: ExportDraft, signal?: AbortSignal): Promise<ExportStatus> {
    const body = { ...this.named, ...request };
    const status = await this.http.json('POST', ROUTES.exports, parseExportStatus, { signal, body });
    this.#shared.exportStarted.emit(status);
    return status;
  }

  async startScaleOut(request: ScaleOutDraft, signal?: AbortSignal): Promise<ExportStatus> {
    const body = { ...this.named, ...request };
    const { name } = await this.http.json('POST', ROUTES.scaleOut, parseStartedJob, { signal, body });
    const status = await this.http.json('GET', one(ROUTES.exports, name), parseExportStatus, { signal });
    this.#shared.exportStarted.emit(status);
    return status;
  }

  async exports(signal?: AbortSignal): Promise<readonly ExportStatus[]> {
    return (await this.http.json('GET', ROUTES.exports, parseExportList, { signal })).exports;
  }

  async clearExports(): Promise<void> {
    await this.http.send('DELETE', ROUTES.exports);
  }

  cancelExport(exportId: string): Promise<ExportStatus> {
    return this.http.json('POST', `${one(ROUTES.exports, exportId)}/cancel`, parseExportStatus);
  }

  followExport(exportId: string, signal?: AbortSignal): AsyncIterable<ExportStatus> {
    return this.http.events(one(ROUTES.exports, exportId), parseExportStatus, 'export', signal);
  }

  async retryExport(exportId: string, overwrite = false): Promise<ExportStatus> {
    const path = `${one(ROUTES.exports, exportId)}/retry?overwrite=${overwrite}`;
    const status = await this.http.json('POST', path, parseExportStatus);
    this.#shared.exportStarted.emit(status);
    return status;
  }

  planExport(request: ExportDraft, signal?: AbortSignal): Promise<ExportPlan> {
    const body = { ...this.named, ...request };
    return this.http.json('POST', ROUTES.exportPlan, parseExportPlan, { signal, body });
  }

  activity(signal?: AbortSignal): Promise<Activity> {
    return this.http.json('GET', ROUTES.activity, parseActivity, { signal });
  }

  async reportInput(): Promise<void> {
    await this.http.send('POST', ROUTES.input);
  }

  keepAwake(minutes: number | null): Promise<Activity> {
    const body: KeepAwakeRequest = { minutes };
    return this.http.json('POST', ROUTES.keepAwake, parseActivity, { body });
  }

  endKeepAwake(): Promise<Activity> {
    return this.http.json('DELETE', ROUTES.keepAwake, parseActivity);
  }

  private get http(): GatewayHttp {
    return this.#shared.http;
  }

  private get named(): { readonly profile?: string } {
    return this.profile === null ? {} : { profile: this.profile };
  }

  /** The path of a route about one replica. */
  private place(route: string, query: Readonly<Record<string, string>> = {}): string {
    const named = { ...query, ...this.named };
    return Object.keys(named).length > 0 ? `${route}?${new URLSearchParams(named)}` : route;
  }
}

const one = (route: string, id: string): string => `${route}/${encodeURIComponent(id)}`;

function excerptQuery({ columns, isCut, viewId }: RowsExcerpt): URLSearchParams {
  const query = new URLSearchParams();
  if (columns) query.set('columns', columnSpans(columns));
  if (isCut) query.set('cut', '');
  if (viewId) query.set('view', viewId);
  return query;
}

/** `0-3,7`: a thousand columns that follow one another do not make an address too long. */
function columnSpans(columns: readonly number[]): string {
  const spans: [number, number][] = [];
  for (const column of columns) {
    const last = spans.at(-1);
    if (last && last[1] === column - 1) last[1] = column;
    else spans.push([column, column]);
  }
  return spans.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}
