import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import {
  CloudWatchLogs,
  CreateLogGroupCommand,
  DescribeLogStreamsCommand,
  GetLogEventsCommand
} from '@aws-sdk/client-cloudwatch-logs';
import { EMULATOR_KEYS } from '../../demo/aws-emulator';
import { Audit } from '../../src/gateway/audit';
import { AuditStream } from '../../src/gateway/audit-stream';
import { Engine } from '../support/engine';
import { GatewayProcess } from '../support/gateway-process';
import { testStack } from '../support/stack';
import { temporaryDirectory } from '../support/temporary-directory';

const GROUP = '/test/audit';
let client: CloudWatchLogs;
const logs = () => Promise.resolve(client);
jest.setTimeout(30_000);
beforeAll(() => {
  const { endpoint, region } = testStack().aws;
  const credentials = {
    accessKeyId: EMULATOR_KEYS.AWS_ACCESS_KEY_ID,
    secretAccessKey: EMULATOR_KEYS.AWS_SECRET_ACCESS_KEY
  };
  client = new CloudWatchLogs({ endpoint, region, credentials, maxAttempts: 1 });
});
afterAll(() => client.destroy());

async function linesOf(group: string, stream: string): Promise<readonly (string | undefined)[]> {
  const { events } = await client.send(
    new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, startFromHead: true })
  );
  return (events ?? []).map(({ message }) => message);
}

describe('a copy of the audit (CloudWatch Logs emulated)', () => {
  it('keeps its lines while the group is missing, says so once, and sends them in order when it is there', async () => {
    const logged: string[] = [];
    const options = { group: GROUP, stream: 'one', everyMs: 10 };
    const stream = new AuditStream(logs, options, Date.now, line => logged.push(line));
    stream.add('first');
    await stream.flush();
    stream.add('second');
    await stream.flush();
    expect(logged).toEqual([expect.stringContaining(`do not reach the log group ${GROUP}`)]);
    await client.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
    // It tries again by itself after ten times its interval; the next line would do it too.
    await new Promise(resolve => setTimeout(resolve, 200));
    await stream.flush();
    expect(await linesOf(GROUP, 'one')).toEqual(['first', 'second']);
  });

  it('sends more lines than one call takes', async () => {
    const options = { group: GROUP, stream: 'many', everyMs: 60_000 };
    const stream = new AuditStream(logs, options, Date.now, () => undefined);
    const lines = Array.from({ length: 1200 }, (_, index) => `line ${index}`);
    lines.forEach(line => stream.add(line));
    await stream.flush();
    expect(await linesOf(GROUP, 'many')).toEqual(lines);
  });

  it('leaves a line out that no log group takes, and says so', async () => {
    const logged: string[] = [];
    const options = { group: GROUP, stream: 'large', everyMs: 60_000 };
    const stream = new AuditStream(logs, options, Date.now, line => logged.push(line));
    ['before', 'é'.repeat(131_072), 'after'].forEach(line => stream.add(line));
    await stream.close(3_000);
    expect(await linesOf(GROUP, 'large')).toEqual(['before', 'after']);
    expect(logged).toEqual([expect.stringContaining('262144 bytes is too large')]);
  });

  it('has the beginning of a statement that is too long for it, beside the hash of all', async () => {
    const logged: string[] = [];
    const log = (line: string) => logged.push(line);
    const stream = new AuditStream(logs, { group: GROUP, stream: 'sql', everyMs: 60_000 }, Date.now, log);
    const file = path.join(temporaryDirectory('audit'), 'audit.jsonl');
    const audit = new Audit(
      { file, user: 'ada', withSql: true, rotateBytes: 2 ** 20 },
      Date.now,
      log,
      stream
    );
    const engine = await Engine.open();
    const sql = `SELECT 1 -- ${'é'.repeat(200_000)}`;
    const result = engine.start(sql);
    audit.follow(result);
    await result.until();
    await audit.close();
    const [line] = await linesOf(GROUP, 'sql');
    const sha256 = createHash('sha256').update(sql).digest('hex');
    expect(JSON.parse(line ?? '')).toMatchObject({ sha256, sql: `${sql.slice(0, 40_000)} … (cut)` });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ sha256, sql });
    expect(logged).toEqual([]);
    await engine.close();
  });

  it('sends lines that are more than a day apart in two calls', async () => {
    let now = Date.now() - 30 * 3_600_000;
    const options = { group: GROUP, stream: 'days', everyMs: 60_000 };
    const stream = new AuditStream(
      logs,
      options,
      () => now,
      () => undefined
    );
    stream.add('yesterday');
    now = Date.now();
    stream.add('today');
    const calls = jest.spyOn(client, 'send');
    await stream.close(3_000);
    expect(calls).toHaveBeenCalledTimes(3);
    calls.mockRestore();
    expect(await linesOf(GROUP, 'days')).toEqual(['yesterday', 'today']);
  });

  it('keeps the gateway no longer than it may when CloudWatch does not answer', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const gateway = await GatewayProcess.start({
      JUPYTERLAB_REPLICA_AUDIT_LOG_GROUP: GROUP,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: `http://127.0.0.1:${port}`
    });
    await gateway.send('POST', 'v1/queries', { sql: 'SELECT 1', origin: { kind: 'panel', label: 'x' } });
    const from = performance.now();
    const { exited } = gateway;
    await gateway.stop();
    expect(await exited).toEqual([0, null]);
    expect(performance.now() - from).toBeLessThan(6_000);
    expect(gateway.log).toContain(`1 audit lines did not reach the log group ${GROUP}`);
    silent.close();
  });

  it('holds what a whole gateway has run once it has ended', async () => {
    const group = '/test/gateway-audit';
    await client.send(new CreateLogGroupCommand({ logGroupName: group }));
    const gateway = await GatewayProcess.start({ JUPYTERLAB_REPLICA_AUDIT_LOG_GROUP: group });
    const origin = { kind: 'panel', label: 'orders' };
    await gateway.send('POST', 'v1/queries', { sql: 'SELECT 1', origin });
    await gateway.stop();
    const { logStreams } = await client.send(new DescribeLogStreamsCommand({ logGroupName: group }));
    const [line] = await linesOf(group, logStreams?.[0]?.logStreamName ?? '');
    expect(JSON.parse(line ?? '')).toMatchObject({ origin, queryId: expect.any(String) });
  });
});
