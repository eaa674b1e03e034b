import { type ExportRequest, parseExportRequest } from '../../src/contract/export';
import { parseQueryRequest, type QueryRequest } from '../../src/contract/query';

/** A request with the contract's defaults for what is left out. */
export function queryRequest(
  draft: Pick<QueryRequest, 'sql' | 'origin'> & Partial<QueryRequest>
): QueryRequest {
  return parseQueryRequest(draft);
}

/** An export with the contract's defaults for what is left out. */
export function exportRequest(
  draft: Pick<ExportRequest, 'sql' | 'bucket' | 'key' | 'origin'> & Partial<ExportRequest>
): ExportRequest {
  return parseExportRequest(draft);
}
