import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { count, list, type Parsed, record } from '../../contract/parse';
import { parseQueryRequest, parseQueryStatus } from '../../contract/query';
import { Result } from './result';
import { Spool } from './spool';

/** The index beside the rows of a kept result; it is there only when they are complete. */
const parseIndex = record({
  request: parseQueryRequest,
  status: parseQueryStatus,
  schemaBytes: count,
  batches: list(record({ offset: count, length: count, firstRow: count, rows: count }))
});
type Index = Parsed<typeof parseIndex>;

const ROWS = '.arrows';
const INDEX = '.json';

/** Writes the index of a result that is done, so that a later gateway can adopt it. */
export async function writeIndex(result: Result, spool: Spool): Promise<void> {
  const index: Index = { request: result.request, status: result.status(), ...spool.layout };
  const file = indexOf(spool.path);
  await writeFile(`${file}.part`, JSON.stringify(index), { mode: 0o600 });
  await rename(`${file}.part`, file);
}

export function removeIndex(spool: Spool): Promise<void> {
  return rm(indexOf(spool.path), { force: true });
}

/** Moves the kept results of a gateway that has ended to `directory`; what is not whole is left behind. */
export async function adoptResults(
  abandoned: string,
  directory: string,
  now: () => number
): Promise<readonly Result[]> {
  const adopted: Result[] = [];
  for (const name of (await readdir(abandoned)).filter(entry => entry.endsWith(INDEX)).sort()) {
    const rows = name.slice(0, -INDEX.length) + ROWS;
    let spool: Spool | null = null;
    try {
      const index = parseIndex(JSON.parse(await readFile(path.join(abandoned, name), 'utf8')));
      spool = await Spool.adopt(path.join(abandoned, rows), index);
      if (spool) {
        await spool.moveTo(path.join(directory, rows));
        await rename(path.join(abandoned, name), path.join(directory, name));
        adopted.push(Result.adopt(index, spool, now));
      }
    } catch {
      // A result that cannot be read is no result; the statement can be run again.
      await spool?.remove();
    }
  }
  return adopted.sort((a, b) => a.status().startedAt.localeCompare(b.status().startedAt));
}

function indexOf(rowsPath: string): string {
  return rowsPath.slice(0, -ROWS.length) + INDEX;
}
