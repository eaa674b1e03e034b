import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  parseExportRequest,
  parseExportStatus,
  type ExportRequest,
  type ExportStatus
} from '../contract/export';
import { record, text, type Parsed } from '../contract/parse';
import { isFinal } from '../contract/query';
import { GatewayError } from './gateway-error';
import { Progress } from './progress';
import { isOccupied } from './results/occupied-directory';

const DIRECTORY = 'past-exports';
/** Older ones are forgotten; what they have written stays. */
const KEPT = 100;

const parseEntry = record({
  /** The directory that the gateway occupied, below the ledger's parent. */
  gateway: text,
  request: parseExportRequest,
  status: parseExportStatus
});
type Entry = Parsed<typeof parseEntry>;

/** An export that a gateway before this one has run, or was running when it ended. */
export class PastExport extends Progress<ExportStatus> {
  constructor(
    readonly request: ExportRequest,
    private readonly known: ExportStatus
  ) {
    super();
  }

  get id(): string {
    return this.known.exportId;
  }

  status(): ExportStatus {
    return this.known;
  }

  cancel(): void {
    // It has ended.
  }
}

type Noted = Pick<PastExport, 'request' | 'status'>;

/**
 * The user's exports on disk, a file each that they alone can read, so that those of yesterday are still in the list
 * after a restart, and one that a crash has ended is told as failed. The values of secret parameters are not kept.
 */
export class ExportLedger {
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly directory: string,
    private readonly gateway: string,
    /** Those of earlier gateways, the oldest first. */
    readonly past: readonly PastExport[]
  ) {}

  /** `own` is the directory below `parent` that this gateway occupies; exports that run in one that lives are its own affair. */
  static async open(parent: string, own: string): Promise<ExportLedger> {
    const directory = path.join(parent, DIRECTORY);
    // Exports go on where none can be kept: a file in the way, a directory of somebody else.
    const past = await readPast(directory, parent).catch(() => []);
    return new ExportLedger(directory, path.basename(own), past);
  }

  /** Writes what is known of an export now. What no disk takes is in the list until the gateway ends. */
  note(job: Noted): void {
    const status = job.status();
    const entry: Entry = { gateway: this.gateway, request: withoutSecrets(job.request), status };
    this.inTurn(() => write(this.fileOf(status), JSON.stringify(entry)));
  }

  /** Resolves once no file tells of them any more. Never rejects, as `note` does not. */
  forget(jobs: readonly Noted[]): Promise<void> {
    jobs.forEach(job => this.inTurn(() => rm(this.fileOf(job.status()), { force: true })));
    return this.writing;
  }

  /** Resolves when all exports that have ended are noted and written. */
  async close(): Promise<void> {
    await new Promise(resolve => setImmediate(resolve));
    await this.writing;
  }

  /** Their names are in the order in which they were started. */
  private fileOf({ startedAt, exportId }: ExportStatus): string {
    return path.join(this.directory, `${startedAt.replaceAll(':', '')}-${exportId}.json`);
  }

  private inTurn(work: () => Promise<void>): void {
    this.writing = this.writing.then(() => work().catch(() => undefined));
  }
}

function withoutSecrets(request: ExportRequest): ExportRequest {
  const { params, secretParams } = request;
  return { ...request, params: params.map((value, index) => (secretParams.includes(index) ? null : value)) };
}

/** Forgets those beyond what is kept. */
async function readPast(directory: string, parent: string): Promise<readonly PastExport[]> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const names = (await readdir(directory)).filter(name => name.endsWith('.json')).sort();
  const [forgotten, kept] = [names.slice(0, -KEPT), names.slice(-KEPT)];
  // One that stays is forgotten next time, and hides no other.
  await Promise.allSettled(forgotten.map(name => rm(path.join(directory, name), { force: true })));
  const entries = await Promise.all(kept.map(name => readEntry(path.join(directory, name))));
  const past = await Promise.all(entries.flatMap(entry => (entry ? [pastOf(entry, parent)] : [])));
  return past.flatMap(one => one ?? []);
}

/** Whole or not at all. */
async function write(file: string, content: string): Promise<void> {
  await writeFile(`${file}.new`, content, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

async function readEntry(file: string): Promise<Entry | null> {
  try {
    return parseEntry(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Of another version, or cut short by a full disk.
    return null;
  }
}

/** Null for one that still runs elsewhere. */
async function pastOf({ gateway, request, status }: Entry, parent: string): Promise<PastExport | null> {
  if (isFinal(status)) {
    return new PastExport(request, status);
  }
  return (await isOccupied(path.join(parent, gateway))) === true
    ? null
    : new PastExport(request, { ...status, state: 'failed', phase: null, error: interrupted(status).body });
}

function interrupted({ uri }: ExportStatus): GatewayError {
  return new GatewayError('export-incomplete', `The gateway ended in the middle of the export to ${uri}.`, {
    subject: uri,
    action: 'Export again, unless it is there: what was not complete is removed.'
  });
}
