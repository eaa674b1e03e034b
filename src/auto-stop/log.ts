import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { AUTO_STOP_FILES } from '../contract/auto-stop';
import { type CheckEntry, entryInWords } from './entry';

const ROTATE_BYTES = 2 ** 20;

/** Two files on the volume that outlives a stop: one line a check for people, and the same as JSON for programs. */
export class CheckLog {
  constructor(private readonly directory: string) {}

  get file(): string {
    return path.join(this.directory, AUTO_STOP_FILES.log);
  }

  async write(entry: CheckEntry): Promise<void> {
    await append(this.file, entryInWords(entry));
    await append(path.join(this.directory, 'auto-stop', 'checks.jsonl'), JSON.stringify(entry));
  }
}

/** A full file becomes `….1`, in place of the one before it. */
async function append(file: string, line: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const size = (await stat(file).catch(() => null))?.size ?? 0;
  if (size + line.length > ROTATE_BYTES) {
    await rename(file, `${file}.1`);
  }
  await appendFile(file, `${line}\n`);
}
