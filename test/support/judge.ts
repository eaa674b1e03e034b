import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Credentials } from '../../src/gateway/credentials/credentials';
import { count, list, record, text as string, type Parsed, type Parser } from '../../src/contract/parse';
import type { Result } from '../../src/gateway/results/result';
import type { Engine } from './engine';

const anything: Parser<unknown> = value => value;

const parseVerdicts = list(
  record({ rows: count, types: list(string), binaryCells: count, differences: list(anything) })
);
type Verdict = Parsed<typeof parseVerdicts>[number];

/** How the rows of a result get into the file that is compared; `spooled` is the gateway's own. */
type ToFile = (result: Result) => Promise<string>;

const spooled: ToFile = async result => result.status().spoolPath ?? '';

/** Runs statements through the engine and has pyarrow and psycopg compare each file with the database. */
export async function judge(
  engine: Engine,
  statements: readonly string[],
  { host, port, database, user, password }: Credentials,
  caFile: string,
  toFile = spooled
): Promise<readonly Verdict[]> {
  const cases = [];
  for (const sql of statements) {
    const result = engine.start(sql);
    await result.until();
    const { error } = result.status();
    expect({ sql, error }).toEqual({ sql, error: null });
    cases.push({ file: await toFile(result), sql });
  }
  const python = spawn('.venv/bin/python', ['test/gateway/judge.py'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PGHOST: host,
      PGPORT: String(port),
      PGDATABASE: database,
      PGUSER: user,
      PGPASSWORD: password,
      PGSSLMODE: 'verify-full',
      PGSSLROOTCERT: caFile
    }
  });
  python.stdin.end(JSON.stringify(cases));
  return parseVerdicts(JSON.parse(await text(python.stdout)), 'verdicts');
}
