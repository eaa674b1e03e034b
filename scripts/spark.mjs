/**
 * What the tests on Spark and the browser's scenario need: Java, pyspark in a folder of its own, and the Java libraries of db_connection.spark_jars.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePythonPackages, python } from './python-environment.mjs';
import { SetupFailure } from './setup-failure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_JAVA = 17;
const PACKAGES = path.join('.demo', 'spark');
const JARS = path.join('.demo', 'spark-jars');

/** Installs what is missing; gives the environment that the tests need. */
export function ensureSpark() {
  ensureJava();
  ensurePythonPackages(path.join('test', 'spark', 'requirements.txt'), PACKAGES);
  const jars = spawnSync(python, ['-m', 'db_connection.spark_jars', path.join(root, JARS)], {
    cwd: path.join(root, 'python'),
    stdio: ['ignore', 'ignore', 'inherit']
  });
  if (jars.status !== 0) {
    throw new SetupFailure('The Java libraries of the tests on Spark could not be fetched: see above.');
  }
  return {
    ...process.env,
    PYTHONPATH: path.join(root, PACKAGES),
    JUPYTERLAB_REPLICA_JARS: path.join(root, JARS)
  };
}

function ensureJava() {
  if (hasJava()) {
    return;
  }
  process.stderr.write('Installing Java …\n');
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'] };
  if (process.getuid?.() === 0) {
    spawnSync('apt-get', ['update', '-qq'], quiet);
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'openjdk-17-jre-headless'], {
      ...quiet,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    });
  }
  if (!hasJava()) {
    throw new SetupFailure(
      `The tests on Spark need Java ${OLDEST_JAVA} or newer, and none could be installed: install one (on Debian and Ubuntu: apt-get install openjdk-17-jre-headless), or name it in $JAVA_HOME.`
    );
  }
}

function hasJava() {
  const command = process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
  const { stderr } = spawnSync(command, ['-version'], { encoding: 'utf8' });
  return Number(/version "(?:1\.)?(\d+)/.exec(stderr ?? '')?.[1] ?? 0) >= OLDEST_JAVA;
}
