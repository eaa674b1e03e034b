import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ContractError, type Parser } from '../contract/parse';
import { hasCode } from './fault';

/** Null when there is no such file, or none that can be understood. */
export async function readJson<T>(file: string, parse: Parser<T>): Promise<T | null> {
  try {
    return parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (error instanceof ContractError || error instanceof SyntaxError || isMissing(error)) {
      return null;
    }
    throw error;
  }
}

/** Replaces the file as a whole, so that nobody reads half of one. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const written = `${file}.${process.pid}`;
  await writeFile(written, JSON.stringify(value), { mode: 0o600 });
  await rename(written, file);
}

const isMissing = (error: unknown): boolean => hasCode(error, 'ENOENT');
