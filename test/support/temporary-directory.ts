import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const made: string[] = [];

/** Makes an empty directory, which goes with all that is in it when the tests of the file have ended. */
export function temporaryDirectory(name: string): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), `${name}-`));
  made.push(directory);
  return directory;
}

afterAll(() => made.splice(0).forEach(directory => rmSync(directory, { recursive: true, force: true })));
