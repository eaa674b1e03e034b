import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { randomFillSync } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { Field, Int32, RecordBatch, Schema, makeData, tableFromIPC } from 'apache-arrow';
import { parquetMetadata } from 'hyparquet';
import { EMULATOR_KEYS, REGION } from '../../demo/aws-emulator';
import type { ExportFormat, ExportStatus } from '../../src/contract/export';
import type { ExportEffects } from '../../src/gateway/export';
import type { RowSource } from '../../src/gateway/results/row-source';
import { renewIdentity } from '../../src/gateway/s3/identity';
import { type Fate, FaultyProxy, type Seen } from '../support/faulty-proxy';
import { DatasetWorld } from './dataset/dataset-world';
import { ArrowSource, type BeforeBatch } from './parquet/arrow-source';
import { BUCKET } from './s3/emulated-s3';

/** Where an export goes, and whether its file is of several parts of 8 MiB or goes to S3 whole. */
export const KINDS = ['a dataset', 'an object', 'a small dataset', 'a small object'] as const;
export type Kind = (typeof KINDS)[number];
export const isDataset = (kind: Kind): boolean => kind.endsWith('dataset');
export const isSmall = (kind: Kind): boolean => kind.includes('small');

export const BATCHES = 6;
export const BATCH_ROWS = 2 ** 20;
const SMALL_ROWS = 1000;
const rowsOf = (kind: Kind): number => (isSmall(kind) ? SMALL_ROWS : BATCHES * BATCH_ROWS);

export type Rule = (seen: Seen) => Fate | null;
export type Matches = (seen: Seen) => boolean;

export const isPart: Matches = ({ method, url }) => method === 'PUT' && url.includes('partNumber=');
export const isManifest: Matches = ({ method, url }) => method === 'PUT' && url.includes('_manifests/');
export const isCompletion: Matches = ({ method, url }) => method === 'POST' && /[?&]uploadId=/.test(url);
export const isBeginning: Matches = ({ method, url }) => method === 'POST' && /[?&]uploads(=|&|$)/.test(url);
/** The bytes of a file, in parts or whole. */
export const isData: Matches = seen => seen.method === 'PUT' && !isManifest(seen);

/** Fates for the requests that `matches`, one each, in turn; the last one for ever where it is said so. */
export function fates(matches: Matches, list: readonly Fate[], forEver = false): Rule {
  let met = 0;
  return seen => (matches(seen) ? (list[forEver ? Math.min(met++, list.length - 1) : met++] ?? null) : null);
}

/** As `matches`, behind the first request that is `before`. */
export function behind(before: Matches, matches: Matches): Matches {
  let isBehind = false;
  return seen => {
    const wasBehind = isBehind;
    isBehind ||= before(seen);
    return wasBehind && matches(seen);
  };
}

export const answer = (status: number, code: string, message?: string): Fate => ({
  kind: 'answer',
  status,
  code,
  ...(message === undefined ? {} : { message })
});

/** Exports whose requests to S3 meet fates by their place, so that many can run at a time. */
export class FaultWorld {
  /** By a part of the requests' addresses. */
  readonly rules = new Map<string, Rule>();
  readonly clients: S3Client[] = [];

  private constructor(
    readonly world: DatasetWorld,
    readonly proxy: FaultyProxy
  ) {
    proxy.fate = seen => {
      const url = decodeURIComponent(seen.url);
      const [, rule] = [...this.rules].find(([place]) => url.includes(place)) ?? [];
      return rule?.(seen) ?? null;
    };
  }

  static async open(): Promise<FaultWorld> {
    const world = await DatasetWorld.open();
    return new FaultWorld(world, await FaultyProxy.open(world.s3.endpoint));
  }

  /** A client as the gateway has it, whose identity is what `keyId` says when it is asked for. */
  client(keyId: () => string = () => EMULATOR_KEYS.AWS_ACCESS_KEY_ID): S3Client {
    const client = new S3Client({
      endpoint: this.proxy.endpoint,
      region: REGION,
      forcePathStyle: true,
      maxAttempts: 2,
      credentials: async () => ({
        accessKeyId: keyId(),
        secretAccessKey: EMULATOR_KEYS.AWS_SECRET_ACCESS_KEY
      })
    });
    renewIdentity(client);
    this.clients.push(client);
    return client;
  }

  /** Exports to the end under a rule; gives the last status. */
  async exported(
    kind: Kind,
    place: string,
    rule: Rule,
    source: RowSource = numbers(kind),
    {
      s3 = this.client(),
      fileFormat = 'parquet',
      ...datasets
    }: Partial<ExportEffects['datasets']> & {
      readonly s3?: S3Client;
      readonly fileFormat?: ExportFormat;
    } = {}
  ): Promise<ExportStatus> {
    this.rules.set(place, rule);
    const exports = await this.world.exports(source, { s3 }, datasets);
    return this.world.export(exports, place, {}, { ...of(kind), format: fileFormat });
  }

  async expectWhole(
    kind: Kind,
    place: string,
    format: ExportFormat = 'parquet',
    expected = rowsOf(kind)
  ): Promise<void> {
    const keys = (await this.world.s3.keys()).filter(key => key.startsWith(place));
    if (isDataset(kind)) {
      const { version, rows, files } = await this.world.manifest(place, 1);
      expect(rows).toBe(expected);
      const files1 = files.map(({ path }) => `${place}/${path}`);
      expect(keys).toEqual([`${place}/_manifests/0000000001.json`, ...files1]);
      expect(files1[0]).toContain(`/v=${version}/`);
    } else {
      expect(keys).toEqual([place]);
    }
    expect(rowsIn(format, await this.world.s3.read(keys.at(-1)!))).toBe(expected);
    expect(await this.uploadsAt(place)).toBe(0);
  }

  async expectNothing(place: string): Promise<void> {
    expect((await this.world.s3.keys()).filter(key => key.startsWith(place))).toEqual([]);
    expect(await this.uploadsAt(place)).toBe(0);
  }

  async uploadsAt(Prefix: string): Promise<number> {
    const { Uploads } = await this.world.s3.client.send(
      new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix })
    );
    return Uploads?.length ?? 0;
  }

  async close(): Promise<void> {
    this.clients.forEach(client => client.destroy());
    await this.proxy.close();
    await this.world.close();
  }
}

function rowsIn(format: ExportFormat, file: Buffer): number {
  switch (format) {
    case 'parquet':
      return Number(parquetMetadata(Uint8Array.from(file).buffer).num_rows);
    case 'arrow':
      return tableFromIPC(file).numRows;
    case 'csv.gz':
      return rowsIn('csv', gunzipSync(file));
    case 'csv':
      // The first line names the columns, and each line has an end.
      return file.reduce((lines, byte) => lines + (byte === NEWLINE ? 1 : 0), -1);
  }
}

const NEWLINE = 10;

/** What an export of that kind asks for besides the place. */
export const of = (kind: Kind) => (isDataset(kind) ? {} : { dataset: null });

/** Random numbers, so that a file of them is as large on S3 as in memory. */
const data = randomFillSync(new Int32Array(BATCH_ROWS));
const batchOf = (rows: number) =>
  new RecordBatch({ id: makeData({ type: new Int32(), data: data.subarray(0, rows) }) });
const [large, small] = [batchOf(BATCH_ROWS), batchOf(SMALL_ROWS)];

export function numbers(kind: Kind, before?: BeforeBatch, count = BATCHES): ArrowSource {
  const batches = isSmall(kind) ? [small] : Array.from({ length: count }, () => large);
  return new ArrowSource(new Schema([new Field('id', new Int32(), true)]), batches, before);
}
