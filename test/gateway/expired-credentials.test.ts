import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseExportStatus } from '../../src/contract/export';
import { removeDebt } from '../../src/gateway/dataset/remove';
import { Journal } from '../../src/gateway/s3/journal';
import { Tidying } from '../../src/gateway/s3/tidying';
import { GatewayProcess } from '../support/gateway-process';
import type { Seen } from '../support/faulty-proxy';
import { temporaryDirectory } from '../support/temporary-directory';
import { FaultWorld, KINDS, answer, behind, fates, isData, isPart, isSmall, type Rule } from './fault-world';
import { BUCKET } from './s3/emulated-s3';

jest.setTimeout(120_000);
const EXPIRED = answer(400, 'ExpiredToken');
let faults: FaultWorld;
let held = 'OLDKEY';

beforeAll(async () => {
  faults = await FaultWorld.open();
}, 60_000);
beforeEach(() => {
  held = 'OLDKEY';
});
afterAll(() => faults.close());

const isBy = (key: string) => (seen: Seen) => String(seen.headers.authorization).includes(key);

/** From the second request with bytes on, or behind the first when it is the only one, the old key is refused. */
function refusingOldKey(onFirst = () => {}): Rule {
  const old = isBy('OLDKEY');
  const isBehind = behind(
    seen => {
      const isFirst = isData(seen);
      if (isFirst) {
        onFirst();
      }
      return isFirst;
    },
    () => true
  );
  return seen => (isBehind(seen) && old(seen) ? EXPIRED : null);
}

test.each(KINDS)('an export to %s goes on with the credentials that there are then', async kind => {
  const place = `renewed/${kind}`.replaceAll(' ', '-');
  const rule = refusingOldKey(() => {
    held = 'NEWKEY';
  });
  const seenBefore = faults.proxy.seen.length;
  const status = await faults.exported(kind, place, rule, undefined, { s3: faults.client(() => held) });
  expect(status).toMatchObject({ state: 'done', error: null });
  await faults.expectWhole(kind, place);
  expect(faults.proxy.seen.slice(seenBefore).some(isBy('NEWKEY'))).toBe(true);
});

test.each(KINDS.filter(kind => !isSmall(kind)))(
  'what expired credentials could not remove of %s goes once there are others',
  async kind => {
    const place = `removed-later/${kind}`.replaceAll(' ', '-');
    const s3 = faults.client(() => held);
    const journal = await Journal.open(temporaryDirectory('journal'));
    const status = await faults.exported(kind, place, refusingOldKey(), undefined, { s3, journal });
    expect(status).toMatchObject({
      state: 'failed',
      error: {
        code: 'bucket-denied',
        message: expect.stringContaining('The AWS credentials of this machine have expired'),
        action: expect.stringContaining('Renew them')
      }
    });
    expect(await faults.uploadsAt(place)).toBe(1);
    const log: string[] = [];
    const remove = jest.fn((debt: Parameters<typeof removeDebt>[1]) => removeDebt(s3, debt));
    const tidying = new Tidying(journal, { everyMs: 50, remove, log: line => log.push(line) });
    while (remove.mock.calls.length < 3) {
      await sleep();
    }
    expect(await faults.uploadsAt(place)).toBe(1);
    held = 'NEWKEY';
    while ((await faults.uploadsAt(place)) > 0) {
      await sleep();
    }
    tidying.dispose();
    await faults.expectNothing(place);
    expect(log).toEqual([]);
    await journal.close();
  }
);

test('a gateway reads a credentials file anew, in the middle of an export and for the next one', async () => {
  const file = path.join(temporaryDirectory('aws'), 'credentials');
  const write = (key: string) =>
    writeFileSync(file, `[default]\naws_access_key_id = ${key}\naws_secret_access_key = secret\n`);
  write('OLDKEY');
  const isLatePart = behind(isPart, () => true);
  faults.rules.set('in-file/', seen => {
    const isLate = isLatePart(seen);
    if (isLate) {
      write('NEWKEY');
    }
    return isLate && isBy('OLDKEY')(seen) ? EXPIRED : null;
  });
  faults.rules.set('next-file/', fates(isBy('NEWKEY'), [EXPIRED], true));
  const gateway = await GatewayProcess.start({
    ...{ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SHARED_CREDENTIALS_FILE: file },
    AWS_ENDPOINT_URL_S3: faults.proxy.endpoint
  });
  const exported = async (key: string, rows: number) => {
    const sql = `SELECT md5(g::text) || md5((-g)::text) AS digest FROM generate_series(1, ${rows}) g`;
    const origin = { kind: 'export', label: 'file' };
    const body = { sql, bucket: BUCKET, key, origin };
    const { exportId } = parseExportStatus((await gateway.send('POST', 'v1/exports', body)).json());
    for (;;) {
      const { exports } = (await gateway.send('GET', 'v1/exports')).json() as { exports: unknown[] };
      const status = exports.map(one => parseExportStatus(one)).find(one => one.exportId === exportId)!;
      if (['done', 'failed'].includes(status.state)) {
        return status;
      }
      await sleep();
    }
  };
  try {
    expect(await exported('in-file/middle.parquet', 1_100_000)).toMatchObject({ state: 'done', error: null });
    write('NEWESTKEY');
    expect(await exported('next-file/one.parquet', 10)).toMatchObject({ state: 'done', error: null });
  } finally {
    await gateway.stop();
  }
});

const sleep = () => new Promise(resolve => setTimeout(resolve, 50));
