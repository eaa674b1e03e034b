import { type Table } from 'apache-arrow';
import {
  type Profile,
  type Summary,
  type SummaryRequest,
  type View,
  type ViewRequest
} from '../../contract/view';
import { type IReplicaClient, type RowsExcerpt } from '../tokens';

/** One result in the gateway, as the grid asks for it. */
export interface ResultSource {
  /** Rows `offset` up to `offset + limit`, or those of them that exist by now. */
  rows(offset: number, limit: number, excerpt: RowsExcerpt, signal: AbortSignal): Promise<Table>;
  arrange(request: ViewRequest, signal: AbortSignal): Promise<View>;
  summarize(request: SummaryRequest, signal: AbortSignal): Promise<Summary>;
  profile(columns: readonly number[], signal: AbortSignal): Promise<Profile>;
  csvUrl(excerpt: RowsExcerpt): string;
}

export function resultSource(client: IReplicaClient, queryId: string, name: string): ResultSource {
  return {
    rows: (offset, limit, excerpt, signal) => client.rows(queryId, offset, limit, signal, excerpt),
    arrange: (request, signal) => client.arrangeRows(queryId, request, signal),
    summarize: (request, signal) => client.summarize(queryId, request, signal),
    profile: (columns, signal) => client.profileColumns(queryId, columns, signal),
    csvUrl: excerpt => client.csvUrl(queryId, name, excerpt)
  };
}
