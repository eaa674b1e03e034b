/**
 * Node packages from the lockfile: installed when node_modules does not hold what package-lock.json says.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupFailure } from './setup-failure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** The first with zlib.crc32. */
const OLDEST_NODE = [20, 15];

export function ensureNodeVersion() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new SetupFailure(
      `This needs Node ${OLDEST_NODE.join('.')} or newer, and ${process.execPath} is ${process.version}: install a newer one from https://nodejs.org.`
    );
  }
}

/** In the project's own folder, or in another one with a lockfile of its own. */
export function ensureNodeModules(folder = root) {
  if (isInstalled(folder)) {
    return;
  }
  const lockfile = path.join(path.relative(root, folder), 'package-lock.json');
  process.stderr.write(`Installing the Node packages of ${lockfile} …\n`);
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit']
  });
  if (status !== 0) {
    throw new SetupFailure('npm ci failed: see its message above, mend it and start again.');
  }
}

/** Compares versions, not dates: a checkout gives every file a new date. */
function isInstalled(folder) {
  const installedFile = path.join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) {
    return false;
  }
  const installed = packagesOf(installedFile);
  return Object.entries(packagesOf(path.join(folder, 'package-lock.json'))).every(
    ([place, wanted]) =>
      place === '' ||
      (installed[place] ? installed[place].version === wanted.version : wanted.optional || wanted.peer)
  );
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}
