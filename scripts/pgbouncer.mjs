/**
 * A PgBouncer for the tests behind a pooler: $PGBOUNCER, the system's, or a newly installed one.
 */
import { spawnSync } from 'node:child_process';
import { SetupFailure } from './setup-failure.mjs';

/** A PgBouncer that answers `--version`; installs one when there is none. */
export function ensurePgBouncer() {
  const found = findPgBouncer();
  if (found) {
    return found;
  }
  process.stderr.write('Installing PgBouncer …\n');
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'] };
  if (process.getuid?.() === 0) {
    spawnSync('apt-get', ['update', '-qq'], quiet);
    // Debian starts a PgBouncer of its own after the installation; nobody asked for that one.
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'pgbouncer'], {
      ...quiet,
      env: { ...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' }
    });
  }
  const installed = findPgBouncer();
  if (!installed) {
    throw new SetupFailure(
      'There is no PgBouncer and none could be installed: install one and name it in $PGBOUNCER.'
    );
  }
  return installed;
}

function findPgBouncer() {
  const candidates = [process.env.PGBOUNCER, 'pgbouncer', '/usr/sbin/pgbouncer'];
  return candidates
    .filter(Boolean)
    .find(command => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0);
}
