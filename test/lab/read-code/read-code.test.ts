import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseManifest } from '../../../src/contract/dataset';
import { list, nullable, record, text } from '../../../src/contract/parse';
import { formatOfKey, readCode, READERS, type ReadTarget } from '../../../src/lab/read-code/read-code';

const fixtures = path.join(__dirname, '../../fixtures');
const json = (file: string): unknown => JSON.parse(readFileSync(path.join(fixtures, file), 'utf8'));
const manifest = parseManifest(json('contract/manifest.json'));
const plain = { ...manifest, partitions: [] };

/** What pytest runs with the readers themselves (test_read_code.py). */
const golden = list(record({ name: text, reader: text, code: nullable(text) }))(json('read-code.json'), '');

const dataset = (of: typeof manifest): ReadTarget => ({
  kind: 'dataset',
  uri: 's3://bucket/lake/orders',
  manifest: of
});
const object = (key: string): ReadTarget => ({
  kind: 'object',
  uri: `s3://bucket/lake/${key}`,
  format: formatOfKey(key)
});

const TARGETS: Readonly<Record<string, ReadTarget>> = {
  'partitioned parquet dataset': dataset(manifest),
  'parquet dataset': dataset(plain),
  'csv dataset': dataset({ ...plain, fileFormat: 'csv' }),
  'arrow dataset': dataset({ ...plain, fileFormat: 'arrow' }),
  'parquet object': object('one.parquet'),
  'csv object': object('one.csv'),
  'csv.gz object': object('one.csv.gz'),
  'arrow object': object('one.arrow')
};
const CASES = Object.keys(TARGETS).flatMap(name => READERS.map(reader => [name, reader] as const));

test.each(CASES)('code for a %s and %s is what is tried with that reader', (name, reader) => {
  const written = golden.find(one => one.name === name && one.reader === reader);
  expect(readCode(reader, TARGETS[name]!)).toBe(written?.code);
});

test('nothing is tried that is not written', () => {
  expect(golden).toHaveLength(CASES.length);
});

test('names and addresses are quoted', () => {
  const odd: ReadTarget = { kind: 'object', uri: 's3://bucket/o\'neill "x".parquet', format: 'parquet' };
  expect(readCode('pandas', odd)).toContain('pd.read_parquet("s3://bucket/o\'neill \\"x\\".parquet")');
  expect(readCode('duckdb', odd)).toContain("read_parquet('s3://bucket/o''neill \\\"x\\\".parquet')");
  const table: ReadTarget = { kind: 'dataset', uri: 's3://bucket/Größe 2', manifest: plain };
  expect(readCode('athena', table)).toContain('CREATE EXTERNAL TABLE `gr_e_2` (');
});
