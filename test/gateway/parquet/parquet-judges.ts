import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

interface Reading {
  readonly rows: number;
  /** Values as text; of more than 100 rows the first and the last fifty. */
  readonly values: readonly Readonly<Record<string, string | null>>[];
}

export interface Judgement {
  readonly pyarrow: Reading & {
    /** Rows of each row group. */
    readonly rowGroups: readonly number[];
    readonly types: Readonly<Record<string, string>>;
    readonly pgTypes: Readonly<Record<string, string>>;
    /** All metadata of each field. */
    readonly metadata: Readonly<Record<string, Readonly<Record<string, string>>>>;
    readonly compression: string | null;
    /** Of each column chunk of the first row group, by its path. */
    readonly encodings: Readonly<Record<string, readonly string[]>>;
    readonly statistics: boolean;
    readonly indexes: boolean;
  };
  readonly duckdb: Reading;
  readonly polars: Reading;
}

/** What pyarrow, DuckDB and polars read from a Parquet file; rejects when one of them finds it damaged. */
export async function judge(file: Uint8Array): Promise<Judgement> {
  const directory = mkdtempSync(path.join(tmpdir(), 'parquet-judge-'));
  const name = path.join(directory, 'judged.parquet');
  try {
    writeFileSync(name, file);
    const script = path.resolve('test/fixtures/parquet/judge.py');
    const { stdout } = await promisify(execFile)(path.resolve('.venv/bin/python'), [script, name], {
      maxBuffer: 2 ** 26
    });
    return JSON.parse(stdout);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) {
    parts.push(Uint8Array.from(chunk));
  }
  return Buffer.concat(parts);
}
