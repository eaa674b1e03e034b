import type { Fate } from '../support/faulty-proxy';
import {
  FaultWorld,
  KINDS,
  answer,
  behind,
  fates,
  isBeginning,
  isCompletion,
  isData,
  isDataset,
  isManifest,
  isSmall,
  type Kind,
  type Matches
} from './fault-world';

jest.setTimeout(120_000);
let faults: FaultWorld;

beforeAll(async () => {
  faults = await FaultWorld.open();
}, 60_000);
afterAll(() => faults.close());

const thrice = (fate: Fate): Fate[] => [fate, fate, fate];
const SLOW_DOWN = answer(503, 'SlowDown');
const FAILED = answer(500, 'InternalError');
const DROP: Fate = { kind: 'drop' };
const LOSE: Fate = { kind: 'lose' };

interface Target {
  readonly name: string;
  readonly kinds: readonly Kind[];
  /** Anew for each export, since some count. */
  readonly matches: () => Matches;
}

const LARGE = KINDS.filter(kind => !isSmall(kind));
const isHead: Matches = ({ method }) => method === 'HEAD';
const isList: Matches = ({ method, url }) => method === 'GET' && url.includes('list-type=2');

const DATA: Target = { name: 'the bytes', kinds: KINDS, matches: () => isData };
const BEGINNING: Target = {
  name: 'the beginning of an upload',
  kinds: LARGE,
  // The first one only finds out whether the object may be written.
  matches: () => behind(isBeginning, isBeginning)
};
const COMPLETION: Target = { name: 'the completion', kinds: LARGE, matches: () => isCompletion };
const LOOK: Target = {
  name: 'the look at what S3 has',
  kinds: KINDS,
  matches: () => behind(isData, isHead)
};
const LISTING: Target = {
  name: 'the look at the versions',
  kinds: KINDS.filter(isDataset),
  matches: () => behind(isData, isList)
};
const COMMIT: Target = { name: 'the commit', kinds: KINDS.filter(isDataset), matches: () => isManifest };

const GOES_ON: readonly (readonly [Target, string, readonly Fate[], (readonly Kind[])?])[] = [
  ...[DATA, BEGINNING, COMPLETION, LOOK, LISTING, COMMIT].map(
    target => [target, 'S3 asks for less', thrice(SLOW_DOWN)] as const
  ),
  ...[DATA, COMPLETION, LOOK, COMMIT].map(target => [target, 'S3 fails', thrice(FAILED)] as const),
  [COMPLETION, 'S3 fails in an answer of 200', thrice(answer(200, 'InternalError'))],
  ...[DATA, COMPLETION, COMMIT].map(
    target => [target, 'the connection drops in the middle', [DROP, DROP]] as const
  ),
  ...[DATA, COMPLETION, COMMIT].map(target => [target, 'the answer is lost', [LOSE]] as const),
  // Of a single object the upload that nobody knows of is left to the bucket's rule.
  [BEGINNING, 'the answer is lost', [LOSE], ['a dataset']],
  [COMMIT, 'S3 sees a conflict where there is none', [answer(409, 'ConditionalRequestConflict')]],
  ...[COMPLETION, DATA].map(
    target =>
      [
        target,
        'the answer is lost, and S3 fails then',
        [LOSE, ...Array.from({ length: 7 }, () => FAILED)],
        target === DATA ? KINDS.filter(isSmall) : LARGE
      ] as const
  )
];

describe('goes on', () => {
  const cells = GOES_ON.flatMap(([target, what, list, kinds = target.kinds]) =>
    kinds.map(kind => [kind, what, target.name, list, target] as const)
  );
  test.concurrent.each(cells)('an export to %s when %s at %s', async (kind, what, name, list, target) => {
    const place = `goes-on/${kind} ${what} ${name}`.replaceAll(/[ ,]+/g, '-');
    const status = await faults.exported(kind, place, fates(target.matches(), list));
    expect(status).toMatchObject({ state: 'done', error: null });
    await faults.expectWhole(kind, place);
  });
});

const denied = (action: string) => answer(403, 'AccessDenied', `not authorized to perform: ${action}`);
const EXPIRED = answer(400, 'ExpiredToken');

type End = readonly [what: string, fate: Fate, code: string, told: RegExp];
const DENIED: End = ['the bucket is denied', denied('s3:PutObject'), 'bucket-denied', /Ask for s3:PutObject/];
const ENDS: readonly (readonly [Target, ...End])[] = [
  [DATA, ...DENIED],
  [COMPLETION, ...DENIED],
  [COMMIT, ...DENIED],
  [DATA, 'the key is denied', denied('kms:GenerateDataKey'), 'bucket-denied', /Ask for kms:GenerateDataKey/],
  [
    DATA,
    'the region is another',
    answer(301, 'PermanentRedirect', 'must be addressed using the endpoint'),
    's3-failed',
    /another region .* Set AWS_REGION/
  ],
  ...[DATA, COMPLETION, COMMIT].map(
    target =>
      [target, 'the credentials have expired', EXPIRED, 'bucket-denied', /have expired.* Renew them/] as const
  ),
  [DATA, 'S3 asks for less for ever', SLOW_DOWN, 's3-failed', /S3 failed to write/],
  ...[DATA, COMPLETION, COMMIT].map(
    target => [target, 'S3 fails for ever', FAILED, 's3-failed', /S3 failed to write/] as const
  ),
  ...[DATA, COMPLETION, COMMIT].map(
    target =>
      [
        target,
        'each connection drops',
        DROP,
        's3-unreachable',
        /S3 cannot be reached.* Check the network/
      ] as const
  )
];

describe('leaves nothing', () => {
  const cells = ENDS.flatMap(([target, what, fate, code, told]) =>
    target.kinds.map(kind => [kind, what, target.name, { fate, code, told, target }] as const)
  );
  test.concurrent.each(cells)('an export to %s when %s at %s', async (kind, what, name, cell) => {
    const { fate, code, told, target } = cell;
    const place = `ends/${kind} ${what} ${name}`.replaceAll(/[ ,]+/g, '-');
    const status = await faults.exported(kind, place, fates(target.matches(), [fate], true));
    expect(status).toMatchObject({ state: 'failed', error: { code } });
    expect(`${status.error?.message} ${status.error?.action}`).toMatch(told);
    await faults.expectNothing(place);
  });
});
