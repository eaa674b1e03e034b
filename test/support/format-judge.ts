import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** Values as text. */
type Rows = readonly Readonly<Record<string, string | null>>[];

/** What readers make of a CSV file whose columns have these types, in DuckDB's words. */
export function judgeCsv(
  file: Uint8Array,
  ending: string,
  types: Readonly<Record<string, string>>
): Promise<{ pyarrow: Rows; duckdb: Rows; pandas: Rows }> {
  return ask('csv', file, ending, JSON.stringify(types));
}

/** What readers make of an Arrow file. */
export function judgeArrow(file: Uint8Array): Promise<{
  batches: readonly number[];
  types: Readonly<Record<string, string>>;
  pgTypes: Readonly<Record<string, string>>;
  pyarrow: Rows;
  polars: Rows;
  pandas: number;
}> {
  return ask('arrow', file, 'arrow');
}

async function ask(kind: string, file: Uint8Array, ending: string, ...args: readonly string[]) {
  const directory = mkdtempSync(path.join(tmpdir(), 'format-judge-'));
  const name = path.join(directory, `judged.${ending}`);
  try {
    writeFileSync(name, file);
    const script = path.resolve('test/fixtures/formats/judge.py');
    const { stdout } = await promisify(execFile)(
      path.resolve('.venv/bin/python'),
      [script, kind, name, ...args],
      { maxBuffer: 2 ** 26 }
    );
    return JSON.parse(stdout);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
