import { createServer, request as forward } from 'node:http';
import { type AddressInfo } from 'node:net';
import { uploadObject, type ObjectUpload } from '../../../src/gateway/s3/upload';
import { checkWritable } from '../../../src/gateway/s3/writable';
import { answering } from '../../support/aws-answer';
import { BUCKET, EmulatedS3, connectS3 } from './emulated-s3';

const MIB = 2 ** 20;
let s3: EmulatedS3;

beforeAll(async () => {
  s3 = await EmulatedS3.start();
}, 60_000);

afterAll(() => s3.stop());

afterEach(async () => {
  expect(await s3.unfinishedUploads()).toBe(0);
});

function uploadOf(
  key: string,
  body: AsyncIterable<Uint8Array>,
  more: Partial<ObjectUpload> = {}
): ObjectUpload {
  return {
    address: { bucket: BUCKET, key },
    overwrite: false,
    contentType: 'application/octet-stream',
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

test('a stream of several parts arrives byte for byte and counts its bytes', async () => {
  const seen: number[] = [];
  await uploadObject(
    s3.client,
    uploadOf('several', chunks(5, 8 * MIB), { onBytes: bytes => seen.push(bytes) })
  );
  const object = await s3.read('several');
  expect(object.length).toBe(40 * MIB);
  expect([...new Set(object)]).toEqual([0, 1, 2, 3, 4]);
  expect(seen.at(-1)).toBe(40 * MIB);
});

test('a small stream arrives too', async () => {
  await uploadObject(s3.client, uploadOf('small', chunks(3, 10)));
  expect((await s3.read('small')).length).toBe(30);
});

test.each([
  ['of one part', 1, 100],
  ['of several parts', 5, 8 * MIB]
])('an object %s that is not confirmed never appears', async (_, count, size) => {
  const confirm = () => {
    throw new Error('rows are missing');
  };
  await expect(
    uploadObject(s3.client, uploadOf('refused', chunks(count, size), { confirm }))
  ).rejects.toThrow('rows are missing');
  expect(await s3.keys()).not.toContain('refused');
});

test('a body that fails in the middle leaves nothing, and its own error is told', async () => {
  const failing = chunks(9, 8 * MIB, chunk => {
    if (chunk === 7) {
      throw new Error('the source broke');
    }
  });
  await expect(uploadObject(s3.client, uploadOf('broken', failing))).rejects.toThrow('the source broke');
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
  const upload = uploadOf('aborted', waiting, { signal: abort.signal });
  await expect(uploadObject(s3.client, upload)).rejects.toThrow('stopped by hand');
  expect(await s3.keys()).not.toContain('aborted');
});

test('a part that S3 does not take leaves nothing', async () => {
  const proxy = createServer((incoming, outgoing) => {
    if (incoming.url?.includes('partNumber=2')) {
      incoming.resume().on('end', () => outgoing.writeHead(500).end());
      return;
    }
    const { method, headers, url } = incoming;
    const onward = forward(`${s3.endpoint}${url}`, { method, headers }, reply => {
      outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  const client = connectS3(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  await expect(uploadObject(client, uploadOf('half', chunks(6, 8 * MIB)))).rejects.toMatchObject({
    code: 's3-failed',
    message: `S3 failed to write s3://${BUCKET}/half.`
  });
  expect(await s3.keys()).not.toContain('half');
  client.destroy();
  proxy.closeAllConnections();
  await new Promise(resolve => proxy.close(resolve));
});

test('an object is replaced only when that is allowed', async () => {
  await uploadObject(s3.client, uploadOf('taken', chunks(1, 10)));
  await expect(checkWritable(s3.client, { bucket: BUCKET, key: 'taken' }, false)).rejects.toMatchObject({
    code: 'object-exists',
    body: { subject: `s3://${BUCKET}/taken` }
  });
  await expect(uploadObject(s3.client, uploadOf('taken', chunks(1, 20)))).rejects.toMatchObject({
    code: 'object-exists'
  });
  expect((await s3.read('taken')).length).toBe(10);
  await checkWritable(s3.client, { bucket: BUCKET, key: 'taken' }, true);
  await uploadObject(s3.client, uploadOf('taken', chunks(1, 30), { overwrite: true }));
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
