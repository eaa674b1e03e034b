import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Glue } from '@aws-sdk/client-glue';
import { EMULATOR_KEYS, REGION } from '../../../demo/aws-emulator';
import type { Manifest } from '../../../src/contract/dataset';
import { register } from '../../../src/gateway/dataset/register';

const MESSAGE = 'User: arn:aws:sts::1:assumed-role/r is not authorized to perform: glue:CreateTable';
const manifest = { fileFormat: 'parquet', version: 'v1', partitions: [], schema: [] } as unknown as Manifest;
let server: Server;
let asked: (string | undefined)[];
let answer: { readonly status: number; readonly type: string; readonly message: string };

beforeAll(async () => {
  server = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1);
    asked.push(operation);
    const { status, type, message } =
      operation === 'GetTable' && answer.type === 'AccessDeniedException'
        ? { status: 400, type: 'EntityNotFoundException', message: 'Table orders not found.' }
        : answer;
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ __type: type, Message: message }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
beforeEach(() => {
  asked = [];
});
afterAll(() => server.close());

async function registered(): Promise<Manifest> {
  const glue = new Glue({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: REGION,
    maxAttempts: 1,
    credentials: {
      accessKeyId: EMULATOR_KEYS.AWS_ACCESS_KEY_ID,
      secretAccessKey: EMULATOR_KEYS.AWS_SECRET_ACCESS_KEY
    }
  });
  try {
    const place = { bucket: 'data', prefix: 'orders', version: null, database: 'lake', table: 'orders' };
    return await register({ manifest: () => Promise.resolve(manifest) }, glue, place);
  } finally {
    glue.destroy();
  }
}

test('a role that may not make tables is told what to ask for', async () => {
  answer = { status: 400, type: 'AccessDeniedException', message: MESSAGE };
  await expect(registered()).rejects.toMatchObject({
    body: {
      code: 'permission-denied',
      subject: 'lake.orders',
      detail: expect.stringContaining('glue:CreateTable'),
      action: expect.stringContaining('storage.glueDatabases')
    }
  });
  expect(asked).toEqual(['GetTable', 'CreateTable']);
});

test('what Glue cannot do is no lack of permission', async () => {
  answer = { status: 400, type: 'InvalidInputException', message: 'Name is too long.' };
  await expect(registered()).rejects.toMatchObject({
    body: { code: 'bad-request', detail: 'Name is too long.' }
  });
});
