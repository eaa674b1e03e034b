/**
 * npm run check
 *
 * Everything that can be said about a change without a database or a browser: the static checks, and the tests that need no
 * server. The last line counts them. `npm test` runs the rest.
 */
import path from 'node:path';
import { ensureNodeModules, ensureNodeVersion } from './node-modules.mjs';
import { ensurePythonEnvironment } from './python-environment.mjs';
import { runScript } from './setup-failure.mjs';
import { infra, module, node, perform, secondsSince, staticSteps } from './static-checks.mjs';

/** Test files of test/python that start neither a server nor a gateway. */
const FAST_PYTHON_TESTS = ['contract', 'errors', 'frames', 'node', 'parameters', 'public_surface'];

async function main() {
  ensureNodeVersion();
  ensureNodeModules();
  ensureNodeModules(infra);
  ensurePythonEnvironment();
  const started = performance.now();
  const { passed, failed } = await perform([
    node('fast tests (Jest)', 'jest/bin/jest.js', '--silent', '--selectProjects', 'browser', 'pure'),
    ...staticSteps(),
    module('fast tests (pytest)', 'pytest', '--quiet', ...FAST_PYTHON_TESTS.map(pythonTest))
  ]);
  process.stdout.write(`${passed} passed, ${failed} failed in ${secondsSince(started)}\n`);
  return failed > 0 ? 1 : 0;
}

function pythonTest(name) {
  return path.join('test', 'python', `test_${name}.py`);
}

await runScript(main);
