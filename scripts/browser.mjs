/**
 * A Chromium for the browser checks: $CHROMIUM, the system's, the one that Playwright keeps, or a new one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { SetupFailure } from './setup-failure.mjs';

/** The path of a Chromium that answers `--version`; installs one when there is none. */
export function ensureChromium() {
  const found = findChromium();
  if (found) {
    return found;
  }
  process.stderr.write('Installing Chromium …\n');
  if (process.getuid?.() === 0 && runs('apt-get', ['--version'])) {
    const quiet = { stdio: ['ignore', 'ignore', 'inherit'] };
    spawnSync('apt-get', ['update', '-qq'], quiet);
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], quiet);
  }
  if (!findChromium()) {
    const cli = createRequire(import.meta.url).resolve('playwright-core/cli.js');
    spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  const installed = findChromium();
  if (!installed) {
    throw new SetupFailure(
      'There is no Chromium and none could be installed: install one and name it in $CHROMIUM.'
    );
  }
  return installed;
}

function findChromium() {
  const candidates = [
    process.env.CHROMIUM,
    'chromium',
    'chromium-browser',
    'google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    playwrightChromium()
  ];
  const usable = candidates.filter(Boolean).find(command => runs(command, ['--version']));
  return usable && absolute(usable);
}

function playwrightChromium() {
  const { chromium } = createRequire(import.meta.url)('playwright-core');
  const file = chromium.executablePath();
  return existsSync(file) ? file : undefined;
}

/** The file behind a command, which Playwright wants to be named in full. */
function absolute(command) {
  const folders = command.includes('/') ? [''] : process.env.PATH.split(path.delimiter);
  return folders.map(folder => path.resolve(folder, command)).find(existsSync);
}

function runs(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
