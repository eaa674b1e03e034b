import { appendFile, mkdir, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { oneOf, record, text, type Parsed } from '../../contract/parse';
import { isOccupied, occupyDirectory, type OccupiedDirectory } from '../results/occupied-directory';

/**
 * Something on S3 that must not stay if its export does not end well: a multipart upload, or the files of a dataset's version
 * that no manifest names.
 */
const parseDebt = record({
  kind: oneOf('upload', 'version'),
  bucket: text,
  /** Of the object, or the dataset's prefix. */
  key: text,
  /** The upload's id, or the version. */
  id: text
});
export type Debt = Parsed<typeof parseDebt>;

const parseLine = record({ entry: oneOf('owed', 'settled'), debt: parseDebt });

const FILE = 'uploads.jsonl';
const DIRECTORY = 'exports-';

/**
 * What this gateway has begun on S3 and not yet finished or removed, on disk, so that the next gateway can do it after a
 * crash. Each gateway has a directory of its own below `parent`; those of others that live are left alone.
 */
export class Journal {
  readonly #owed = new Map<string, Debt>();
  /** Debts whose export has ended. */
  readonly #left = new Set<string>();
  #writing: Promise<void> = Promise.resolve();
  /** The last line may have been written in part. */
  #isTorn = false;

  private constructor(
    private readonly parent: string,
    private readonly own: OccupiedDirectory
  ) {}

  static async open(parent: string): Promise<Journal> {
    await mkdir(parent, { recursive: true, mode: 0o700 });
    return new Journal(parent, await occupyDirectory(parent, DIRECTORY));
  }

  /** That of this gateway alone; others can see whether it lives. */
  get directory(): string {
    return this.own.directory;
  }

  /** Resolves once it is on disk: only then may the thing be made. */
  async owe(debt: Debt): Promise<void> {
    this.#owed.set(nameOf(debt), debt);
    await this.#append('owed', debt);
  }

  /** The thing is complete or gone. Never rejects: where that cannot be noted, the next gateway looks for the thing in vain. */
  async settle(debt: Debt): Promise<void> {
    this.#owed.delete(nameOf(debt));
    this.#left.delete(nameOf(debt));
    await this.#append('settled', debt).catch(() => undefined);
  }

  /** The export has ended, but the thing could not be removed: the next export, or the next gateway, tries again. */
  leave(debt: Debt): void {
    this.#left.add(nameOf(debt));
  }

  /** Removes what ended exports have left. What cannot be removed now stays owed. */
  async settleLeft(remove: (debt: Debt) => Promise<void>): Promise<void> {
    for (const debt of [...this.#left].flatMap(name => this.#owed.get(name) ?? [])) {
      await remove(debt).then(
        () => this.settle(debt),
        () => undefined
      );
    }
  }

  /** Removes what gateways that are gone have left. Gives the number of things removed. */
  async settleOrphans(remove: (debt: Debt) => Promise<void>): Promise<number> {
    let removed = 0;
    for (const name of await readdir(this.parent)) {
      const directory = path.join(this.parent, name);
      if (
        directory === this.own.directory ||
        !name.startsWith(DIRECTORY) ||
        (await isOccupied(directory)) !== false
      ) {
        continue;
      }
      const debts = await outstanding(path.join(directory, FILE));
      const results = await Promise.allSettled(debts.map(debt => remove(debt)));
      removed += results.filter(({ status }) => status === 'fulfilled').length;
      if (results.every(({ status }) => status === 'fulfilled')) {
        await rm(directory, { recursive: true, force: true });
      }
    }
    return removed;
  }

  async close(): Promise<void> {
    await this.#writing;
    this.own.leave();
    if (this.#owed.size === 0) {
      await rm(this.own.directory, { recursive: true, force: true });
    }
  }

  #append(entry: 'owed' | 'settled', debt: Debt): Promise<void> {
    const line = `${JSON.stringify({ entry, debt })}\n`;
    const written = this.#writing.then(async () => {
      const begin = this.#isTorn ? '\n' : '';
      this.#isTorn = true;
      await appendFile(path.join(this.own.directory, FILE), begin + line, { mode: 0o600 });
      this.#isTorn = false;
    });
    // One line that cannot be written must not keep those after it from being.
    this.#writing = written.catch(() => undefined);
    return written;
  }
}

const nameOf = ({ kind, bucket, key, id }: Debt): string => JSON.stringify([kind, bucket, key, id]);

/** A line that a crash or a full disk has cut is none. */
async function outstanding(file: string): Promise<readonly Debt[]> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const owed = new Map<string, Debt>();
  for (const { entry, debt } of lines.flatMap(line => readLine(line) ?? [])) {
    if (entry === 'owed') {
      owed.set(nameOf(debt), debt);
    } else {
      owed.delete(nameOf(debt));
    }
  }
  return [...owed.values()];
}

function readLine(line: string): Parsed<typeof parseLine> | null {
  try {
    return parseLine(JSON.parse(line));
  } catch {
    return null;
  }
}
