import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { NO_OBJECT_SETTINGS, type ObjectSettings } from '../../../src/contract/object-settings';
import { Journal } from '../../../src/gateway/s3/journal';
import { Lane } from '../../../src/gateway/s3/lane';
import { uploadObject, type ObjectUpload } from '../../../src/gateway/s3/upload';
import { checkWritable as check } from '../../../src/gateway/s3/writable';
import { answering } from '../../support/aws-answer';
import { FaultyProxy, type Seen } from '../../support/faulty-proxy';
import { temporaryDirectory } from '../../support/temporary-directory';
import { BUCKET, EmulatedS3, connectS3 } from './emulated-s3';

jest.setTimeout(30_000);
const MIB = 2 ** 20;
let s3: EmulatedS3;
let proxy: FaultyProxy;
let client: S3Client;
let journal: Journal;

beforeAll(async () => {
  s3 = await EmulatedS3.start();
  proxy = await FaultyProxy.open(s3.endpoint);
  client = connectS3(proxy.endpoint);
  journal = await Journal.open(temporaryDirectory('journal'));
}, 60_000);

afterAll(async () => {
  client.destroy();
  await proxy.close();
  await s3.stop();
});

beforeEach(() => {
  proxy.fate = () => null;
  proxy.seen.length = 0;
});

afterEach(async () => {
  expect(await s3.unfinishedUploads()).toBe(0);
});

const upload = (client: S3Client, object: ObjectUpload) =>
  uploadObject({ client, journal, lane: new Lane(4) }, object);

const checkWritable = (client: S3Client, address: ObjectUpload['address'], overwrite: boolean) =>
  check(client, journal, address, { overwrite, settings: NO_OBJECT_SETTINGS });

function uploadOf(
  key: string,
  body: AsyncIterable<Uint8Array>,
  more: Partial<ObjectUpload> = {}
): ObjectUpload {
  return {
    address: { bucket: BUCKET, key },
    overwrite: false,
    contentType: 'application/octet-stream',
    settings: NO_OBJECT_SETTINGS,
    body,
    confirm: () => undefined,
    onBytes: () => undefined,
    signal: new AbortController().signal,
    ...more
  };
}

async function* chunks(count: number, size: number, before: (chunk: number) => unknown = () => undefined) {
  for (let chunk = 0; chunk < count; chunk++) {
    await before(chunk);
    yield Buffer.alloc(size, chunk);
  }
}

test.each([1_000, 3 * MIB, 8 * MIB, 20 * MIB])(
  'pieces of %d bytes whose memory serves again arrive as they were',
  async size => {
    const key = `again-${size}`;
    const count = Math.ceil((21 * MIB) / size);
    const piece = Buffer.alloc(size);
    async function* again() {
      for (let number = 0; number < count; number++) {
        yield piece.fill(number);
        piece.fill(255);
      }
    }
    await upload(s3.client, uploadOf(key, again()));
    const object = await s3.read(key);
    const expected = Buffer.concat(Array.from({ length: count }, (_, number) => Buffer.alloc(size, number)));
    expect(object.equals(expected)).toBe(true);
  }
);

test('a stream of several parts arrives byte for byte and counts its bytes', async () => {
  const seen: number[] = [];
  await upload(s3.client, uploadOf('several', chunks(5, 8 * MIB), { onBytes: bytes => seen.push(bytes) }));
  const object = await s3.read('several');
  expect(object.length).toBe(40 * MIB);
  expect([...new Set(object)]).toEqual([0, 1, 2, 3, 4]);
  expect(seen.at(-1)).toBe(40 * MIB);
});

test('a small stream arrives too', async () => {
  await upload(s3.client, uploadOf('small', chunks(3, 10)));
  expect((await s3.read('small')).length).toBe(30);
});

test.each([
  ['of one part', 1, 100],
  ['of several parts', 5, 8 * MIB]
])('an object %s that is not confirmed never appears', async (_, count, size) => {
  const confirm = () => {
    throw new Error('rows are missing');
  };
  await expect(upload(s3.client, uploadOf('refused', chunks(count, size), { confirm }))).rejects.toThrow(
    'rows are missing'
  );
  expect(await s3.keys()).not.toContain('refused');
});

test('a body that fails in the middle leaves nothing, and its own error is told', async () => {
  const failing = chunks(9, 8 * MIB, chunk => {
    if (chunk === 7) {
      throw new Error('the source broke');
    }
  });
  await expect(upload(s3.client, uploadOf('broken', failing))).rejects.toThrow('the source broke');
  expect(await s3.keys()).not.toContain('broken');
});

test('an upload that is aborted while its body waits leaves nothing', async () => {
  const abort = new AbortController();
  const waiting = chunks(9, 8 * MIB, async chunk => {
    if (chunk === 6) {
      setTimeout(() => abort.abort(new Error('stopped by hand')), 50);
      await new Promise((_, reject) =>
        abort.signal.addEventListener('abort', () => reject(abort.signal.reason))
      );
    }
  });
  const aborted = uploadOf('aborted', waiting, { signal: abort.signal });
  await expect(upload(s3.client, aborted)).rejects.toThrow('stopped by hand');
  expect(await s3.keys()).not.toContain('aborted');
});

test('an abort that S3 fails once is tried again', async () => {
  let failed = 0;
  proxy.fate = ({ method, url }) => {
    if (url.includes('partNumber=2')) {
      return { kind: 'answer', status: 400, code: 'EntityTooLarge' };
    }
    return method === 'DELETE' && failed++ === 0
      ? { kind: 'answer', status: 500, code: 'InternalError' }
      : null;
  };
  await expect(upload(client, uploadOf('half', chunks(6, 8 * MIB)))).rejects.toMatchObject({
    code: 's3-failed'
  });
  expect(failed).toBe(2);
});

test('a part that S3 does not take leaves nothing', async () => {
  proxy.fate = seen =>
    seen.url.includes('partNumber=2') ? { kind: 'answer', status: 400, code: 'EntityTooLarge' } : null;
  await expect(upload(client, uploadOf('half', chunks(6, 8 * MIB)))).rejects.toMatchObject({
    code: 's3-failed',
    message: `S3 failed to write s3://${BUCKET}/half.`
  });
  expect(await s3.keys()).not.toContain('half');
});

const isCompletion = ({ method, url }: Seen) => method === 'POST' && /[?&]uploadId=/.test(url);

describe('what S3 answers is compared with what was sent', () => {
  const other = { kind: 'alter', headers: { 'x-amz-checksum-crc32': 'AAAAAA==' } } as const;

  test.each<[string, (seen: Seen) => boolean]>([
    ['a part', ({ url }) => url.includes('partNumber=2')],
    ['the object', ({ method, url }) => method === 'HEAD' && url.includes('altered')]
  ])('the checksum of %s', async (name, matches) => {
    const key = `altered-${name.replace(' ', '-')}`;
    proxy.fate = seen => (matches(seen) ? other : null);
    await expect(upload(client, uploadOf(key, chunks(3, 8 * MIB)))).rejects.toMatchObject({
      code: 'export-incomplete',
      body: { detail: expect.stringContaining('AAAAAA==') }
    });
    expect(await s3.keys()).not.toContain(key);
  });

  test('the size, which S3 is told before the object appears', async () => {
    proxy.fate = ({ method, url }) =>
      method === 'HEAD' && url.includes('shorter')
        ? { kind: 'alter', headers: { 'content-length': '7' } }
        : null;
    await expect(upload(client, uploadOf('shorter', chunks(3, 8 * MIB)))).rejects.toMatchObject({
      code: 'export-incomplete'
    });
    expect(await s3.keys()).not.toContain('shorter');
    const completion = proxy.seen.find(isCompletion);
    expect(completion?.headers).toMatchObject({
      'x-amz-mp-object-size': String(24 * MIB),
      'x-amz-checksum-type': 'FULL_OBJECT',
      'x-amz-checksum-crc32': expect.stringMatching(/^.{6}==$/)
    });
  });
});

test('an answer to the completion that is lost does not make an object its own rival', async () => {
  for (const [key, count, matches] of [
    ['lost/parts', 3, isCompletion],
    ['lost/put', 0, ({ method, url }: Seen) => method === 'PUT' && url.includes('lost/put')]
  ] as const) {
    let lost = 0;
    proxy.fate = seen => (matches(seen) && lost++ === 0 ? { kind: 'lose' } : null);
    await upload(client, uploadOf(key, chunks(count || 1, count ? 8 * MIB : 10)));
    expect((await s3.read(key)).length).toBe(count * 8 * MIB || 10);
    expect(lost).toBe(2);
  }
});

test('an object is kept as was asked for, whole or in parts', async () => {
  const settings: ObjectSettings = {
    kmsKey: 'arn:aws:kms:eu-west-2:111122223333:key/0f1e',
    bucketKey: true,
    bucketOwner: '123456789012',
    tags: [
      { key: 'team', value: 'data / science' },
      { key: 'purpose', value: 'training' }
    ],
    storageClass: 'STANDARD_IA'
  };
  const headers = {
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': settings.kmsKey,
    'x-amz-server-side-encryption-bucket-key-enabled': 'true',
    'x-amz-expected-bucket-owner': settings.bucketOwner,
    'x-amz-tagging': 'team=data%20%2F%20science&purpose=training',
    'x-amz-storage-class': 'STANDARD_IA'
  };
  await check(client, journal, { bucket: BUCKET, key: 'kept' }, { overwrite: true, settings });
  await upload(client, uploadOf('kept/parts', chunks(3, 8 * MIB), { settings }));
  await upload(client, uploadOf('kept/put', chunks(1, 10), { settings }));
  const begun = proxy.seen.filter(
    ({ method, url }) =>
      (method === 'POST' && /[?&]uploads/.test(url)) || (method === 'PUT' && url.includes('kept/put'))
  );
  expect(begun).toHaveLength(3);
  begun.forEach(seen => expect(seen.headers).toMatchObject(headers));
  const changing = proxy.seen.filter(({ method }) => method === 'PUT' || method === 'POST');
  expect(changing.length).toBeGreaterThan(begun.length);
  changing.forEach(seen => expect(seen.headers['x-amz-expected-bucket-owner']).toBe(settings.bucketOwner));
  for (const Key of ['kept/parts', 'kept/put']) {
    const head = await s3.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));
    expect(head).toMatchObject({ ServerSideEncryption: 'aws:kms', StorageClass: 'STANDARD_IA' });
  }
});

test('an object is replaced only when that is allowed', async () => {
  await upload(s3.client, uploadOf('taken', chunks(1, 10)));
  await expect(checkWritable(s3.client, { bucket: BUCKET, key: 'taken' }, false)).rejects.toMatchObject({
    code: 'object-exists',
    body: { subject: `s3://${BUCKET}/taken` }
  });
  await expect(upload(s3.client, uploadOf('taken', chunks(1, 20)))).rejects.toMatchObject({
    code: 'object-exists'
  });
  expect((await s3.read('taken')).length).toBe(10);
  await checkWritable(s3.client, { bucket: BUCKET, key: 'taken' }, true);
  await upload(s3.client, uploadOf('taken', chunks(1, 30), { overwrite: true }));
  expect((await s3.read('taken')).length).toBe(30);
});

test('a key that is free can be written, and the check leaves no trace', async () => {
  await checkWritable(s3.client, { bucket: BUCKET, key: 'free' }, false);
  expect(await s3.keys()).not.toContain('free');
});

test('a bucket that does not exist is named', async () => {
  await expect(checkWritable(s3.client, { bucket: 'no-such-bucket', key: 'a' }, false)).rejects.toMatchObject(
    {
      code: 'bucket-missing',
      message: 'The bucket no-such-bucket does not exist.',
      body: { subject: 'no-such-bucket', action: expect.any(String) }
    }
  );
});

test.each([
  ['not authorized', 's3:PutObject and s3:AbortMultipartUpload on arn:aws:s3:::closed/a'],
  ['not authorized to perform: s3:PutObject', 's3:PutObject on arn:aws:s3:::closed/a'],
  [
    'not authorized to perform: kms:GenerateDataKey',
    "kms:GenerateDataKey and kms:Decrypt on the bucket's KMS key"
  ]
])('S3 that answers "%s" says what to ask for', async (reason, permission) => {
  const xml = `<Error><Code>AccessDenied</Code><Message>User is ${reason}</Message></Error>`;
  const aws = await answering(403, xml, { 'content-type': 'application/xml' });
  const client = connectS3(aws.endpoint);
  await expect(checkWritable(client, { bucket: 'closed', key: 'a' }, false)).rejects.toMatchObject({
    code: 'bucket-denied',
    message: expect.stringContaining('s3://closed/a'),
    body: { action: `Ask for ${permission}.`, detail: `User is ${reason}` }
  });
  client.destroy();
  await aws.close();
});

test('S3 out of reach is told from a missing bucket', async () => {
  const gone = await answering(200, '');
  await gone.close();
  const client = connectS3(gone.endpoint);
  await expect(checkWritable(client, { bucket: BUCKET, key: 'a' }, false)).rejects.toMatchObject({
    code: 's3-unreachable',
    body: { action: expect.stringContaining('gateway endpoint') }
  });
  client.destroy();
});
