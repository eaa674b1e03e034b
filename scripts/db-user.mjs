/**
 * npm run db:user -- --database NAME [OPTIONS]
 *
 * Makes the read-only database user on the primary, or mends it; --help lists the options. On a notebook instance the same
 * program is `db-user.js` in the gateway's bundle.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureNodeModules, ensureNodeVersion } from './node-modules.mjs';
import { runScript } from './setup-failure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

function main() {
  ensureNodeVersion();
  ensureNodeModules();
  const program = path.join(root, 'src', 'db-user', 'main.ts');
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', program, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit'
  });
  return status ?? 1;
}

await runScript(main);
