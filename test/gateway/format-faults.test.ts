import type { ExportFormat } from '../../src/contract/export';
import type { Fate } from '../support/faulty-proxy';
import {
  BATCH_ROWS,
  FaultWorld,
  answer,
  fates,
  isCompletion,
  isDataset,
  isManifest,
  isPart,
  numbers,
  of,
  type Kind,
  type Matches
} from './fault-world';

/** What s3-faults.test.ts and dataset/faults.test.ts show of Parquet, of the formats beside it; CSV is csv.gz before gzip. */
const FORMATS: readonly ExportFormat[] = ['csv.gz', 'arrow'];
/** Enough for a second part of 8 MiB. */
const BATCHES = 3;
const LARGE: readonly Kind[] = ['a dataset', 'an object'];
const EACH = FORMATS.flatMap(format => LARGE.map(kind => [format, kind] as const));

jest.setTimeout(120_000);
let faults: FaultWorld;

beforeAll(async () => {
  faults = await FaultWorld.open();
}, 60_000);
afterAll(() => faults.close());

const placeOf = (...words: readonly string[]) => words.join('-').replaceAll(/[ ,]+/g, '-');
const FAILED = answer(500, 'InternalError');
const DENIED = answer(403, 'AccessDenied', 'not authorized to perform: s3:PutObject');

/** A part, the completion and the commit fail once each, in the ways in which S3 and networks do. */
const eachOnce = () => {
  const [slow, lost, failed] = [
    fates(isPart, [answer(503, 'SlowDown'), { kind: 'drop' }]),
    fates(isCompletion, [{ kind: 'lose' }]),
    fates(isManifest, [FAILED])
  ];
  return (...[seen]: Parameters<typeof slow>): Fate | null => slow(seen) ?? lost(seen) ?? failed(seen);
};

test.concurrent.each(EACH)(
  '%s of %s goes on when a part, the completion and the commit fail once',
  async (format, kind) => {
    const place = placeOf('goes-on', format, kind);
    const status = await faults.exported(kind, place, eachOnce(), numbers(kind, undefined, BATCHES), {
      fileFormat: format
    });
    expect(status).toMatchObject({ state: 'done', error: null, format });
    await faults.expectWhole(kind, place, format, BATCHES * BATCH_ROWS);
  }
);

const ENDS: readonly (readonly [name: string, Matches, Fate, code: string])[] = [
  ['a part is denied', isPart, DENIED, 'bucket-denied'],
  ['each completion fails', isCompletion, FAILED, 's3-failed'],
  ['each commit fails', isManifest, FAILED, 's3-failed']
];

test.concurrent.each(
  EACH.flatMap(([format, kind]) =>
    ENDS.filter(([, matches]) => isDataset(kind) || matches !== isManifest).map(
      ([name, ...end]) => [format, kind, name, end] as const
    )
  )
)('%s of %s leaves nothing when %s', async (format, kind, name, [matches, fate, code]) => {
  const place = placeOf('ends', format, kind, name);
  const rule = fates(matches, [fate], true);
  const status = await faults.exported(kind, place, rule, numbers(kind, undefined, BATCHES), {
    fileFormat: format
  });
  expect(status).toMatchObject({ state: 'failed', error: { code } });
  await faults.expectNothing(place);
});

test.concurrent.each(EACH)('%s of %s leaves nothing when it is cancelled', async (format, kind) => {
  const place = placeOf('cancelled', format, kind);
  let reached = () => {};
  const arrived = new Promise<void>(resolve => (reached = resolve));
  const source = numbers(
    kind,
    async (number, signal) => {
      if (number === BATCHES - 1) {
        reached();
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      }
    },
    BATCHES
  );
  const exports = await faults.world.exports(source);
  const { exportId } = exports.start(faults.world.request(place, {}, { ...of(kind), format }));
  await arrived;
  expect(await exports.cancel(exportId)).toMatchObject({ state: 'cancelled' });
  await faults.expectNothing(place);
});
