import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseHealth } from '../../src/contract/connection';
import { parseQueryStatus } from '../../src/contract/query';
import { GatewayProcess } from '../support/gateway-process';

/** About 60 MB of Arrow. */
const LARGE = `SELECT i, lpad(i::text, 60, 'x') AS a, repeat('y', (i % 90)::int) AS b, CASE WHEN i % 3 > 0 THEN i / 7.0::float8 END AS c
  FROM generate_series(1::bigint, 500000) i`;
const PEAK_MB = 160;

let gateway: GatewayProcess;
beforeAll(async () => {
  gateway = await GatewayProcess.start();
});
afterAll(() => gateway.stop());

async function start(sql: string): Promise<string> {
  const reply = await gateway.send('POST', 'v1/queries', { sql, origin: { kind: 'script', label: 'test' } });
  return parseQueryStatus(reply.json()).queryId;
}

/** The largest resident set that the process had by now. */
async function peakMb(): Promise<number> {
  const { pid } = parseHealth((await gateway.send('GET', 'v1/health')).json());
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** Reads the whole stream, the first part of it slowly. */
async function readSlowly(queryId: string): Promise<number> {
  const [response] = (await once(gateway.request('GET', `v1/queries/${queryId}/arrow`), 'response')) as [
    IncomingMessage
  ];
  let bytes = 0;
  let pauses = 20;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (pauses-- > 0) {
      await sleep(20);
    }
  }
  return bytes;
}

it('holds no more memory for many large results that are kept, read slowly or not at all', async () => {
  for (let turn = 0; turn < 3; turn++) {
    const [slow, unread] = [await start(LARGE), await start(LARGE)];
    expect(await readSlowly(slow)).toBeGreaterThan(55e6);
    await gateway.send('GET', `v1/queries/${unread}/events`);
  }
  expect(await peakMb()).toBeLessThan(PEAK_MB);
});
