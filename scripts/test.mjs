/**
 * npm test
 *
 * Installs and builds what is missing, then: the static checks, Jest, pytest, and the main job in a real browser.
 * The last line counts all of them: "N passed, N failed". Exit code 1 when anything failed or nothing ran.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkEnvironment, prepare, startDemo } from './demo.mjs';
import { ensureNodeModules } from './node-modules.mjs';
import { ensurePythonPackages, python } from './python-environment.mjs';
import { runScript } from './setup-failure.mjs';
import { ensureSpark } from './spark.mjs';
import { infra, perform, staticSteps } from './static-checks.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (folder, name) => path.join(folder, 'node_modules', '.bin', name);

/** Each gives { passed, failed }. */
const PARTS = [
  ['static checks', () => perform(staticSteps())],
  ['Jest', jest],
  ['infrastructure', infrastructure],
  ['pytest', pytest],
  ['pytest with pandas 2', pandas2],
  ['pytest on Spark', spark],
  ['browser', browser]
];

async function main() {
  const reports = mkdtempSync(path.join(tmpdir(), 'replica-reports-'));
  const totals = { passed: 0, failed: 0 };
  try {
    await prepare();
    ensureNodeModules(path.join(root, 'test', 'servers'));
    ensureNodeModules(infra);
    for (const [name, part] of PARTS) {
      process.stdout.write(`\n== ${name}\n`);
      const { passed, failed } = await part(reports);
      process.stdout.write(`== ${name}: ${passed} passed, ${failed} failed\n`);
      totals.passed += passed;
      totals.failed += failed;
    }
  } catch (error) {
    process.stderr.write(`${error.stack}\n`);
    totals.failed += 1;
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
  process.stdout.write(`${totals.passed} passed, ${totals.failed} failed\n`);
  return totals.failed > 0 || totals.passed === 0 ? 1 : 0;
}

function jest(reports) {
  return jestIn(root, path.join(reports, 'jest.json'));
}

/** The CDK app has a Jest of its own, and reads none of the project's configuration. */
function infrastructure(reports) {
  return jestIn(infra, path.join(reports, 'infra.json'));
}

async function jestIn(folder, file) {
  await run(bin(folder, 'jest'), ['--silent', '--json', `--outputFile=${file}`], folder);
  if (!existsSync(file)) {
    return { passed: 0, failed: 1 };
  }
  const report = JSON.parse(readFileSync(file, 'utf8'));
  // A test file that could not even be loaded has no tests to count.
  return { passed: report.numPassedTests, failed: report.numFailedTests + report.numRuntimeErrorTestSuites };
}

function pytest(reports) {
  ensurePythonPackages(
    path.join('test', 'python', 'jupysql-requirements.txt'),
    path.join('.demo', 'jupysql')
  );
  return pytestOf(path.join(reports, 'pytest.xml'), []);
}

/** What frames are made of differs between the major versions; these tests need no server. */
function pandas2(reports) {
  const folder = path.join('.demo', 'pandas-2');
  ensurePythonPackages(path.join('test', 'python', 'pandas-2-requirements.txt'), folder);
  const files = ['frames', 'parameters', 'statement'].map(name => `test/python/test_${name}.py`);
  const env = { ...process.env, PYTHONPATH: path.join(root, folder) };
  return pytestOf(path.join(reports, 'pandas-2.xml'), files, env);
}

/** Without Java this fails rather than leaves out what it is for. */
function spark(reports) {
  return pytestOf(path.join(reports, 'spark.xml'), ['test/spark', '-o', 'timeout=400'], ensureSpark());
}

async function pytestOf(file, files, env = process.env) {
  const code = await run(python, ['-m', 'pytest', '--quiet', `--junitxml=${file}`, ...files], root, env);
  const suite = existsSync(file) ? /<testsuite [^>]*>/.exec(readFileSync(file, 'utf8'))?.[0] : undefined;
  if (!suite) {
    return { passed: 0, failed: 1 };
  }
  const count = name => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = count('failures') + count('errors');
  return {
    passed: count('tests') - failed - count('skipped'),
    failed: failed === 0 && code !== 0 ? 1 : failed
  };
}

/** The steps of `npm run demo -- --check`; one that failed ends the scenario. */
async function browser() {
  const { code, output } = await startDemo(['--check'], {
    capture: true,
    env: checkEnvironment()
  });
  process.stdout.write(output);
  const report = output
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line))
    .at(-1);
  return { passed: Object.keys(report?.seconds ?? {}).length, failed: code === 0 ? 0 : 1 };
}

function run(command, args, cwd = root, env = process.env) {
  return new Promise(resolve => {
    // Jest and pytest write their progress to either stream: both belong to the same log.
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', () => resolve(1));
    child.on('close', code => resolve(code ?? 1));
  });
}

await runScript(main);
