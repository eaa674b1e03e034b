import { availableParallelism, hostname, uptime } from 'node:os';
import { rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { version } from '../../package.json';
import type { ExportRequest } from '../contract/export';
import type { ScaleOutPlan } from '../contract/scale-out';
import type { ExportPlan } from '../contract/storage';
import { ActivityLog } from './activity';
import { AutoStopFiles } from './auto-stop-files';
import { Audit } from './audit';
import { AuditStream } from './audit-stream';
import { awsServices } from './aws-services';
import { ColumnIndex } from './catalog/column-index';
import { type Config, type ProfileConfig, readConfig } from './config';
import { openCredentials } from './credentials/open';
import { registerInGlue } from './dataset/glue';
import { register } from './dataset/register';
import { fileFormat } from './formats/file-format';
import { removeDebt } from './dataset/remove';
import { Storage } from './dataset/storage';
import { Exports } from './export';
import { ExportLedger } from './export-ledger';
import { readExportFacts, readStatementColumns } from './export-facts';
import { planExport } from './export-plan';
import { toErrorBody } from './gateway-error';
import { activityRoutes } from './http/activity-handlers';
import { History } from './history';
import { catalogRoutes, inCatalog } from './http/catalog-handlers';
import { exportRoutes } from './http/export-handlers';
import { historyRoutes } from './http/history-handlers';
import { planRoutes } from './http/plan-handlers';
import { placeRoutes } from './http/place-handlers';
import { queryRoutes } from './http/query-handlers';
import { registrationRoutes } from './http/registration-handlers';
import { scaleOutRoutes } from './http/scale-out-handlers';
import { storageRoutes } from './http/storage-handlers';
import { viewRoutes } from './http/view-handlers';
import { router } from './http/router';
import { listen } from './http/server';
import { snapshotRoutes } from './http/snapshot-handlers';
import { EncoderPool } from './parquet/encoder-pool';
import { Pool } from './postgres/pool';
import type { Session } from './postgres/session';
import { tlsOptions } from './postgres/tls';
import { SourceColumns } from './postgres/source-columns';
import { TypeNames } from './postgres/type-names';
import { type Profile, Profiles } from './profiles';
import { Queries } from './query';
import { resultSource } from './results/result-source';
import { ResultStore } from './results/store';
import { openS3Client } from './s3/client';
import { SavedQueries } from './saved-queries';
import { LocalEngine } from './scale-out/local';
import { everyExport } from './scale-out/every-export';
import { insideSnapshot } from './scale-out/inside-snapshot';
import { JobList } from './scale-out/job-list';
import { SageMakerEngine } from './scale-out/sagemaker';
import type { SageMakerSettings } from './scale-out/sagemaker-settings';
import { ScaleOut } from './scale-out/scale-out';
import { snapshotLimits, Snapshots } from './snapshots';
import { Journal } from './s3/journal';
import { Lane } from './s3/lane';
import { Tidying } from './s3/tidying';
import { Views } from './views/views';

/** Files of the audit are this large, which is some 40,000 statements. */
const AUDIT_ROTATE_BYTES = 16 * 2 ** 20;
/** Some 10,000 statements; as many again are kept. */
const HISTORY_ROTATE_BYTES = 4 * 2 ** 20;
const AUDIT_EVERY_MS = 5_000;
/** What could not be removed from S3 is tried again. */
const TIDY_EVERY_MS = 60_000;

/** One that waits for a slow look at the catalog must not keep completion from its columns. */
const CATALOG_CONNECTIONS = 2;
/** Of all files of datasets together: up to so many times 8 MiB are on their way to S3. */
const PARTS_IN_FLIGHT = 4;
/** What the server says of an export's statement before it runs. */
const FACTS_WITHIN_MS = 5_000;

/** A client that keeps a connection open must not keep the gateway from ending. */
const STOP_WITHIN_MS = 8_000;

/**
 * Starts the gateway on its Unix socket, says `ready` on standard output, and ends on SIGTERM, SIGINT or when standard
 * input ends, which happens when the process that started it is gone. The log goes to standard error.
 */
async function start(): Promise<void> {
  // With the parent process its ends of our pipes are gone too; what follows must still happen.
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', () => undefined);
  const log = (line: string) => process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  try {
    const stop = await serve(readConfig(process.env, availableParallelism()), log);
    let ending = false;
    const end = (why: string) => {
      if (ending) {
        return;
      }
      ending = true;
      log(`stopping: ${why}`);
      setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
      stop().then(
        () => process.exit(0),
        () => process.exit(1)
      );
    };
    // A killed parent's death signal can come more than once, and a second one must not end the ending.
    process.on('SIGTERM', () => end('asked to'));
    process.on('SIGINT', () => end('interrupted'));
    process.stdin.once('end', () => end('the parent process is gone')).resume();
    process.stdout.write('ready\n');
  } catch (error) {
    const { message, action } = toErrorBody(error);
    log(`cannot start: ${message} ${action ?? ''}`);
    process.exit(1);
  }
}

async function serve(config: Config, log: (line: string) => void): Promise<() => Promise<void>> {
  const now = Date.now;
  const health = { version, pid: process.pid, startedAt: new Date(now()).toISOString() };
  const store = await ResultStore.open(config.spoolDirectory, config.spoolBudgetBytes, now);
  const snapshots = new Snapshots(
    profile => profiles.get(profile).pool,
    snapshotLimits(config.poolSize, config.snapshotMaxMs)
  );
  const profiles: Profiles = new Profiles(config.profiles, profile =>
    openProfile(profile, { config, store, snapshots, now })
  );
  const audit = new Audit(
    { ...config.audit, user: config.user, rotateBytes: AUDIT_ROTATE_BYTES },
    now,
    log,
    auditStream(config, now, log)
  );
  const stateDirectory = path.dirname(config.audit.file);
  const historyFile = path.join(stateDirectory, 'history.jsonl');
  const history = new History({ file: historyFile, rotateBytes: HISTORY_ROTATE_BYTES }, log);
  const saved = new SavedQueries(path.join(stateDirectory, 'saved-queries.json'), now);
  const queries = history.over(audit.over(profiles));
  const files = new AutoStopFiles(config.autoStopDirectory);
  const activity = new ActivityLog({ config, files, now, bootedAtMs: () => now() - 1000 * uptime() });
  const encoders = new EncoderPool(path.join(__dirname, 'row-group-worker.js'), config.encoderWorkers);
  const s3 = openS3Client();
  const journal = await Journal.open(config.journalDirectory);
  const tidying = new Tidying(journal, { everyMs: TIDY_EVERY_MS, remove: debt => removeDebt(s3, debt), log });
  const ask = <T>({ profile }: ExportRequest, use: (session: Session) => Promise<T>) =>
    inCatalog(profiles.get(profile).catalogPool, AbortSignal.timeout(FACTS_WITHIN_MS), use);
  const facts = (request: ExportRequest) => ask(request, session => readExportFacts(session, request));
  const tool = { name: 'jupyterlab-replica', version };
  const exports = new Exports({
    openSource: ({ sql, params, origin, profile, snapshot }) => {
      const result = queries.start({
        ...{ sql, params, origin, profile, snapshot, rowLimit: null },
        ...{
          cancelOnDisconnect: false,
          readOnce: true,
          readersPace: false,
          keep: false,
          parallel: null,
          written: null
        }
      });
      return resultSource(result, () => store.release(result.id));
    },
    s3,
    encoders,
    now,
    facts,
    objectSettings: config.objectSettings,
    ledger: await ExportLedger.open(config.journalDirectory, journal.directory),
    datasets: {
      journal,
      lane: new Lane(PARTS_IN_FLIGHT),
      format: request => fileFormat(request, encoders),
      register: async (address, manifest, table) =>
        registerInGlue(await awsServices.glue(), address, manifest, table),
      user: config.user,
      tool
    }
  });
  const sagemaker = new SageMakerEngine({
    sagemaker: awsServices.sagemaker,
    logs: awsServices.logs,
    settings: config.sagemakerSpark,
    region: config.region,
    // Beside the package that holds this bundle.
    program: path.join(__dirname, '..', '..', 'replica_spark'),
    ...{ s3, now }
  });
  const local = new LocalEngine({
    python: config.sparkPython,
    environment: process.env,
    logDirectory: path.join(config.journalDirectory, 'spark-logs')
  });
  const scaleOut = new ScaleOut({
    ...{ s3, snapshots, now, log, tool, user: config.user },
    statementTimeoutMs: config.statementTimeoutMs,
    mostSessions: config.scaleOutSessions,
    engines: { local, sagemaker },
    jobs: await JobList.open(config.journalDirectory),
    ...{ journal, objectSettings: config.objectSettings },
    place: name => {
      const { config: place, pool, facts } = profiles.get(name);
      return {
        login: loginOf(place),
        facts,
        inside: (snapshot, label, signal, use) =>
          insideSnapshot(pool, snapshots, snapshot, label, signal, use)
      };
    }
  });
  scaleOut.attach().catch((error: unknown) => log(`cannot take up earlier jobs on Spark: ${String(error)}`));
  const views = new Views(path.join(__dirname, 'view-worker.js'), now);
  const storage = new Storage({
    s3,
    journal,
    dataBucket: config.dataBucket,
    previewWorker: path.join(__dirname, 'preview-worker.js')
  });
  const routes = {
    ...placeRoutes(health, config, profiles),
    ...catalogRoutes(profiles, now),
    ...planRoutes(profiles),
    ...historyRoutes(history, saved),
    ...queryRoutes(queries, store, activity, views),
    ...viewRoutes(store, views),
    ...snapshotRoutes(snapshots),
    ...exportRoutes(everyExport(exports, scaleOut), activity, async request => ({
      ...(await planExport(request, {
        s3,
        facts,
        objectSettings: config.objectSettings,
        columns: wanted => ask(wanted, session => readStatementColumns(session, wanted.sql))
      })),
      spark: placesOf(config.sagemakerSpark, local.canStart)
    })),
    ...scaleOutRoutes(scaleOut, activity),
    ...storageRoutes(storage),
    ...registrationRoutes(async request => register(storage, await awsServices.glue(), request)),
    ...activityRoutes(activity, store, exports, () => scaleOut.listLocal())
  };
  const server = await listen(config.socketPath, router(routes, log));
  return async () => {
    server.close();
    scaleOut.dispose();
    await exports.dispose();
    tidying.dispose();
    await journal.close();
    await views.dispose();
    await store.close();
    await audit.close();
    await history.close();
    await snapshots.dispose();
    profiles.close();
    server.closeAllConnections();
    await rm(config.socketPath, { force: true });
    if (config.stopper === 'none') {
      await files.remove();
    }
    // Only when nobody else keeps something there.
    await rmdir(config.spoolDirectory).catch(() => undefined);
    await rmdir(path.dirname(config.socketPath)).catch(() => undefined);
  };
}

interface Shared {
  readonly config: Config;
  readonly store: ResultStore;
  readonly snapshots: Snapshots;
  readonly now: () => number;
}

function openProfile(config: ProfileConfig, { config: shared, store, snapshots, now }: Shared): Profile {
  const credentials = openCredentials(config.credentials);
  const session = () => ({
    tls: () => tlsOptions(config.tls),
    owner: shared.user,
    searchPath: config.searchPath,
    connectTimeoutMs: shared.connectTimeoutMs,
    statementTimeoutMs: shared.statementTimeoutMs
  });
  const pool = new Pool(credentials, session, shared.poolSize);
  const facts = { types: new TypeNames(), sources: new SourceColumns(now) };
  const queries = new Queries(pool, facts, store, shared.parallel, snapshots);
  const catalogPool = new Pool(credentials, session, CATALOG_CONNECTIONS);
  return { config, pool, catalogPool, facts, columnIndex: new ColumnIndex(), queries };
}

/** Where a program on Spark reads the login itself. */
function loginOf({ credentials, tls, searchPath }: ProfileConfig): ScaleOutPlan['login'] {
  return {
    kind: credentials.kind,
    secretId: credentials.kind === 'secrets-manager' ? credentials.secretId : null,
    sslMode: tls.mode,
    sslRootCert: tls.caFile,
    searchPath
  };
}

/** One stream a run, named by machine, process and start, so that no two gateways write to the same. */
function auditStream(
  { audit: { logGroup } }: Config,
  now: () => number,
  log: (line: string) => void
): AuditStream | null {
  const stream = `${hostname()}/${process.pid}-${now()}`;
  return logGroup
    ? new AuditStream(awsServices.logs, { group: logGroup, stream, everyMs: AUDIT_EVERY_MS }, now, log)
    : null;
}

void start();

/** Where a browser may have Spark run. */
function placesOf(sagemaker: SageMakerSettings | null, here: boolean): ExportPlan['spark'] {
  const { instanceTypes, mostInstances } = sagemaker ?? { instanceTypes: [], mostInstances: 0 };
  return sagemaker || here ? { instanceTypes, mostInstances, here } : null;
}
