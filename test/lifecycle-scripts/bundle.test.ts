import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { list, record, text } from '../../src/contract/parse';
import { buildBundle } from './support/trial';

const parseManifest = record({ files: list(record({ name: text, sha256: text })) });

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'replica-bundle-'));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('has the same bytes when it is built again, and the sum of every file', async () => {
  const [one, again] = [path.join(directory, 'one.tar'), path.join(directory, 'again.tar')];
  await buildBundle(one, directory);
  execFileSync(process.execPath, [
    'scripts/bundle.mjs',
    '--rds-ca',
    path.join(directory, 'ca.pem'),
    '--output',
    again
  ]);
  const bytes = readFileSync(one);
  expect(readFileSync(again).equals(bytes)).toBe(true);
  expect(readFileSync(`${one}.sha256`, 'utf8')).toBe(`${digest(bytes)}  one.tar\n`);
  const manifest = parseManifest(JSON.parse(member(one, 'manifest.json').toString()), 'manifest');
  const names = execFileSync('tar', ['-tf', one], { encoding: 'utf8' }).trim().split('\n');
  expect(names).toEqual([...manifest.files.map(file => file.name), 'manifest.json'].sort());
  for (const { name, sha256 } of manifest.files) {
    expect({ name, sha256: digest(member(one, name)) }).toEqual({ name, sha256 });
  }
});

it.each([
  ['without certificates', [], 'Name the file of AWS certificates with --rds-ca'],
  ['for a file that is none', ['--rds-ca', 'package.json'], 'package.json holds no certificate in PEM form.'],
  [
    'for a file that is missing',
    ['--rds-ca', 'missing.pem'],
    'The file of AWS certificates missing.pem is missing.'
  ],
  ['for an option it does not know', ['--frobnicate'], '--frobnicate']
])('is not built %s', (_, options, sentence) => {
  const output = path.join(directory, 'none.tar');
  const { status, stderr } = spawnSync(
    process.execPath,
    ['scripts/bundle.mjs', ...options, '--output', output],
    {
      encoding: 'utf8'
    }
  );
  expect(status).toBe(1);
  expect(stderr).toContain(sentence);
  expect(stderr).not.toContain('    at ');
});

it('is not built with a certificate that cannot be read', () => {
  const file = path.join(directory, 'broken.pem');
  writeFileSync(file, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  const { status, stderr } = spawnSync(process.execPath, ['scripts/bundle.mjs', '--rds-ca', file], {
    encoding: 'utf8'
  });
  expect(status).toBe(1);
  expect(stderr).toContain(`A certificate in ${file} cannot be read`);
});

function member(archive: string, name: string): Buffer {
  return execFileSync('tar', ['-xOf', archive, name], { maxBuffer: 2 ** 28 });
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
