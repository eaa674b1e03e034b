/**
 * npm run build:codec [-- --check]
 *
 * Makes parquet-codec/parquet_codec.wasm from the Rust beside it, checked by rustfmt and clippy first. Needs rustup and clang, which
 * nothing else here does: what it makes is committed, and built-from.json tells of which sources it was made. --check fails when
 * those are others by now.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runScript, SetupFailure } from './setup-failure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const codec = path.join(root, 'parquet-codec');
const wasm = path.join(codec, 'parquet_codec.wasm');
const builtFromFile = path.join(codec, 'built-from.json');
const target = 'wasm32-unknown-unknown';
const targetDirectory = path.join(root, 'build', 'parquet-codec');
const registry = path.join(process.env.CARGO_HOME ?? path.join(homedir(), '.cargo'), 'registry', 'src');
const LICENSE_FILE = /^(licen[cs]e|copying|notice)/i;

/** SHA-256 of what decides what the WebAssembly is. */
function sourcesDigest() {
  const sources = ['Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml'].concat(
    readdirSync(path.join(codec, 'src'))
      .sort()
      .map(file => path.join('src', file))
  );
  const hash = createHash('sha256');
  for (const file of sources) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(codec, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** SHA-256 of the WebAssembly. */
function wasmDigest() {
  return createHash('sha256').update(readFileSync(wasm)).digest('hex');
}

async function main() {
  if (process.argv.includes('--check')) {
    return check();
  }
  for (const program of ['cargo', 'clang']) {
    if (spawnSync(program, ['--version']).status !== 0) {
      throw new SetupFailure(`${program} is missing. Install rustup (https://rustup.rs) and clang.`);
    }
  }
  cargo('fmt', '--check');
  cargo('clippy', '--release', '--locked', '--target', target, '--', '--deny', 'warnings');
  cargo('build', '--release', '--locked', '--target', target);
  copyFileSync(path.join(targetDirectory, target, 'release', 'parquet_codec.wasm'), wasm);
  writeFileSync(path.join(codec, 'THIRD-PARTY-LICENSES.txt'), licenses());
  const builtFrom = { ...digests(), rustc: firstLine('rustc'), clang: firstLine('clang') };
  writeFileSync(builtFromFile, `${JSON.stringify(builtFrom, null, 2)}\n`);
  return 0;
}

function check() {
  const told = JSON.parse(readFileSync(builtFromFile, 'utf8'));
  const stale = Object.entries(digests()).filter(([name, digest]) => told[name] !== digest);
  if (stale.length > 0) {
    throw new SetupFailure(
      `parquet-codec/: ${stale.map(([name]) => name).join(' and ')} differ from built-from.json. Run \`npm run build:codec\`.`
    );
  }
  return 0;
}

function digests() {
  return { sourcesSha256: sourcesDigest(), wasmSha256: wasmDigest() };
}

function cargo(...args) {
  const { status } = spawnSync('cargo', args, { ...surroundings(), stdio: 'inherit' });
  if (status !== 0) {
    throw new SetupFailure(`cargo ${args[0]} failed.`);
  }
}

function surroundings() {
  // Panics name the files of the crates; where those are on this machine says nothing.
  const places = existsSync(registry) ? readdirSync(registry).map(place => path.join(registry, place)) : [];
  return {
    cwd: codec,
    env: {
      ...process.env,
      CARGO_TARGET_DIR: targetDirectory,
      // ahash draws its keys from it; drawn by chance, no two builds would be the same.
      CONST_RANDOM_SEED: 'parquet-codec',
      RUSTFLAGS: places.map(place => `--remap-path-prefix=${place}=crates`).join(' '),
      CC_wasm32_unknown_unknown: 'clang',
      CFLAGS_wasm32_unknown_unknown: '-O3'
    }
  };
}

function firstLine(program) {
  return spawnSync(program, ['--version'], { cwd: codec, encoding: 'utf8' }).stdout.split('\n')[0];
}

/** Of every crate that is in the WebAssembly; a text that several have stands once. */
function licenses() {
  const crates = new Map();
  const tree = ['tree', '--target', target, '--edges', 'normal,no-proc-macro', '--prefix', 'none'];
  const { stdout } = spawnSync('cargo', [...tree, '--format', '{p}|{l}'], {
    ...surroundings(),
    encoding: 'utf8'
  });
  for (const line of new Set(stdout.split('\n').filter(Boolean))) {
    const [, name, version, license] =
      /^(\S+) v(\S+?)(?: \(.*\))?\|(.*)$/.exec(line.replace(' (*)', '')) ?? [];
    if (name && name !== 'parquet-codec') {
      crates.set(`${name} ${version}`, { license, directory: crateDirectory(`${name}-${version}`) });
    }
  }
  const texts = new Map();
  for (const [crate, { directory }] of crates) {
    for (const text of licenseTexts(directory)) {
      texts.set(text, [...(texts.get(text) ?? []), crate]);
    }
  }
  const lines = [...crates].sort().map(([crate, { license }]) => `${crate}: ${license}`);
  return [
    "parquet_codec.wasm has the following crates in it, and Rust's standard library (MIT OR Apache-2.0).",
    ...lines,
    ...[...texts].map(([text, users]) => `${'='.repeat(80)}\n${users.join(', ')}\n\n${text.trim()}`)
  ]
    .join('\n')
    .concat('\n');
}

/** zstd itself is in a directory of its crate. */
function licenseTexts(directory) {
  return [directory, path.join(directory, 'zstd')].filter(existsSync).flatMap(place =>
    readdirSync(place)
      .filter(file => LICENSE_FILE.test(file))
      .map(file => readFileSync(path.join(place, file), 'utf8').replaceAll('\r\n', '\n'))
  );
}

function crateDirectory(name) {
  const directory = readdirSync(registry)
    .map(place => path.join(registry, place, name))
    .find(existsSync);
  if (!directory) {
    throw new SetupFailure(`The sources of ${name} are not in cargo's registry.`);
  }
  return directory;
}

await runScript(main);
