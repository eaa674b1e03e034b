import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogStreamsCommand,
  GetLogEventsCommand
} from '@aws-sdk/client-cloudwatch-logs';
import { EMULATOR_KEYS } from '../../demo/aws-emulator';
import { AuditStream } from '../../src/gateway/audit-stream';
import { GatewayProcess } from '../support/gateway-process';
import { testStack } from '../support/stack';

const GROUP = '/test/audit';
let client: CloudWatchLogsClient;
beforeAll(() => {
  const { endpoint, region } = testStack().aws;
  const credentials = {
    accessKeyId: EMULATOR_KEYS.AWS_ACCESS_KEY_ID,
    secretAccessKey: EMULATOR_KEYS.AWS_SECRET_ACCESS_KEY
  };
  client = new CloudWatchLogsClient({ endpoint, region, credentials, maxAttempts: 1 });
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
    const stream = new AuditStream(client, options, Date.now, line => logged.push(line));
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
    const stream = new AuditStream(client, options, Date.now, () => undefined);
    const lines = Array.from({ length: 1200 }, (_, index) => `line ${index}`);
    lines.forEach(line => stream.add(line));
    await stream.flush();
    expect(await linesOf(GROUP, 'many')).toEqual(lines);
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
