import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseActivity } from '../../src/contract/activity';
import { parseKeepAwake, parseKeepAwakeRequest } from '../../src/contract/auto-stop';
import { parseCatalog, parseColumns } from '../../src/contract/catalog';
import { parseColumnProfiles } from '../../src/contract/column-profile';
import { parseColumnMatches } from '../../src/contract/column-search';
import { parseConnection, parseHealth, parseProfiles } from '../../src/contract/connection';
import { parseDatasetVersions, parseManifest } from '../../src/contract/dataset';
import { ERROR_CODES, parseErrorReply } from '../../src/contract/errors';
import { parseExportList, parseExportRequest, parseExportStatus } from '../../src/contract/export';
import { parseFunctions } from '../../src/contract/functions';
import { parseHistory, parseSavedQueries, parseSaveRequest } from '../../src/contract/history';
import { ContractError, type Parser } from '../../src/contract/parse';
import { parsePlanReply, parsePlanRequest } from '../../src/contract/plan';
import { parseQueryRequest, parseQueryStatus, parseRunningQueries } from '../../src/contract/query';
import { parseRelationDetails } from '../../src/contract/relation-details';
import { parseSnapshot, parseSnapshotRequest } from '../../src/contract/snapshot';
import { SOCKET_VARIABLE } from '../../src/contract/routes';
import {
  parseBuckets,
  parseDatasets,
  parseDeletion,
  parseExportPlan,
  parseFolder
} from '../../src/contract/storage';
import {
  parseProfile,
  parseProfileRequest,
  parseSummary,
  parseSummaryRequest,
  parseView,
  parseViewRequest
} from '../../src/contract/view';

const fixtures = path.join(__dirname, '../fixtures/contract');
const python = path.join(__dirname, '../../python');

const PARSERS: Record<string, Parser<unknown>> = {
  'activity.json': parseActivity,
  'buckets.json': parseBuckets,
  'catalog.json': parseCatalog,
  'column-matches.json': parseColumnMatches,
  'column-profiles.json': parseColumnProfiles,
  'columns.json': parseColumns,
  'connection.json': parseConnection,
  'dataset-versions.json': parseDatasetVersions,
  'datasets.json': parseDatasets,
  'deletion.json': parseDeletion,
  'error-reply.json': parseErrorReply,
  'error-reply-gateway-unavailable.json': parseErrorReply,
  'export-list.json': parseExportList,
  'export-plan.json': parseExportPlan,
  'export-request.json': parseExportRequest,
  'export-status.json': parseExportStatus,
  'folder.json': parseFolder,
  'functions.json': parseFunctions,
  'health.json': parseHealth,
  'history.json': parseHistory,
  'keep-awake.json': parseKeepAwake,
  'keep-awake-request.json': parseKeepAwakeRequest,
  'manifest.json': parseManifest,
  'partitioned-details.json': parseRelationDetails,
  'profiles.json': parseProfiles,
  'plan-reply.json': parsePlanReply,
  'plan-request.json': parsePlanRequest,
  'query-request.json': parseQueryRequest,
  'query-status.json': parseQueryStatus,
  'query-status-failed.json': parseQueryStatus,
  'relation-details.json': parseRelationDetails,
  'result-profile.json': parseProfile,
  'result-profile-request.json': parseProfileRequest,
  'running-queries.json': parseRunningQueries,
  'save-request.json': parseSaveRequest,
  'saved-queries.json': parseSavedQueries,
  'snapshot.json': parseSnapshot,
  'snapshot-request.json': parseSnapshotRequest,
  'summary.json': parseSummary,
  'summary-request.json': parseSummaryRequest,
  'view.json': parseView,
  'view-request.json': parseViewRequest
};

/** Request fields that have a default. */
const OPTIONAL = new Set([
  'role',
  'params',
  'rowLimit',
  'cancelOnDisconnect',
  'readOnce',
  'id',
  'readersPace',
  'keep',
  'written',
  'parallel',
  'overwrite',
  'profile',
  'dataset',
  'secretParams',
  'objectSettings',
  'snapshot',
  'maxSeconds',
  'format',
  'compression',
  'asOf',
  'lagMs'
]);

/** The same, where another body must have a field of that name. */
const OPTIONAL_IN: Record<string, readonly string[]> = {
  'summary-request.json': ['viewId'],
  'view-request.json': ['sort', 'filters'],
  'export-status.json': ['version', 'manifest', 'phase', 'files', 'rowEstimate', 'warnings'],
  'export-plan.json': ['spark'],
  'manifest.json': ['parent', 'mode', 'fileFormat', 'user', 'notebook', 'partitions']
};

const golden = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path.join(fixtures, name), 'utf8'));

test('every golden file has a parser and every parser a golden file', () => {
  expect(readdirSync(fixtures).sort()).toEqual(Object.keys(PARSERS).sort());
});

describe.each(Object.entries(PARSERS))('%s', (name, parse) => {
  test('is what the contract describes, field for field', () => {
    expect(parse(golden(name))).toEqual(golden(name));
  });

  const needed = Object.keys(golden(name)).filter(
    field => !OPTIONAL.has(field) && !OPTIONAL_IN[name]?.includes(field)
  );
  // A request all of whose fields have a default needs none.
  if (needed.length > 0) {
    test.each(needed)('needs %s', field => {
      expect(() => parse({ ...golden(name), [field]: undefined })).toThrow(ContractError);
    });
  }
});

test('Python knows the same error codes', () => {
  const source = readFileSync(path.join(python, 'db_connection/errors.py'), 'utf8');
  const table = /^CODES\b.*?^}/ms.exec(source)?.[0] ?? '';
  expect([...table.matchAll(/^ {4}"([a-z0-9-]+)":/gm)].map(match => match[1])).toEqual(
    [...ERROR_CODES].sort()
  );
});

test('Python exports the socket under the same name', () => {
  const source = readFileSync(path.join(python, 'jupyterlab_replica/gateway.py'), 'utf8');
  expect(source).toContain(`SOCKET_VARIABLE = "${SOCKET_VARIABLE}"`);
});
