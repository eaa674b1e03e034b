/**
 * A PostgreSQL that has PostGIS, for the tests of its types: the one in $POSTGIS_BIN, the system's, or a newly installed one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from './setup-failure.mjs';

/** Debian keeps the programs here, a folder for each major version, and what extensions bring in `SHARE`. */
const PROGRAMS = '/usr/lib/postgresql';
const SHARE = '/usr/share/postgresql';

/** The folder of `initdb` and `postgres` with PostGIS, and its major version; installs one when there is none. */
export function ensurePostgis() {
  const found = findPostgis();
  if (found) {
    return found;
  }
  process.stderr.write('Installing PostGIS …\n');
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'] };
  if (process.getuid?.() === 0) {
    spawnSync('apt-get', ['update', '-qq'], quiet);
    // Debian starts a server of its own after the installation; nobody asked for that one.
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql-postgis'], {
      ...quiet,
      env: { ...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' }
    });
  }
  const installed = findPostgis();
  if (!installed) {
    throw new SetupFailure(
      'There is no PostgreSQL with PostGIS and none could be installed: install one and name the folder of its programs in $POSTGIS_BIN.'
    );
  }
  return installed;
}

function findPostgis() {
  const named = process.env.POSTGIS_BIN;
  const versions = existsSync(PROGRAMS) ? readdirSync(PROGRAMS).sort().reverse() : [];
  const debian = versions
    .filter(version => existsSync(path.join(SHARE, version, 'extension', 'postgis.control')))
    .map(version => path.join(PROGRAMS, version, 'bin'));
  return [named, ...debian]
    .filter(Boolean)
    .map(bin => ({ bin, majorVersion: majorVersionOf(bin) }))
    .find(({ majorVersion }) => majorVersion > 0);
}

function majorVersionOf(bin) {
  const { stdout } = spawnSync(path.join(bin, 'postgres'), ['--version'], { encoding: 'utf8' });
  return Number(/ (\d+)/.exec(stdout ?? '')?.[1] ?? 0);
}
