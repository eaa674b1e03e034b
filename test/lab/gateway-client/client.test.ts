import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { type QueryStatus } from '../../../src/contract/query';
import { GatewayClient } from '../../../src/lab/gateway-client/client';
import { GatewayFailure } from '../../../src/lab/gateway-client/failure';
import { ContractServer, type Exchange, sendError, sendJson } from '../../support/contract-server';

const PREFIX = 'jupyterlab-replica/v1';
const STATUS: QueryStatus = {
  queryId: 'q 1',
  state: 'running',
  sql: 'SELECT 1',
  origin: { kind: 'panel', label: 'one' },
  profile: null,
  fields: null,
  rows: 0,
  bytes: 0,
  truncated: false,
  rowEstimate: null,
  startedAt: '2026-11-22T12:00:00Z',
  firstRowMs: null,
  elapsedMs: 1,
  command: null,
  queuePosition: null,
  generation: 1,
  asOf: null,
  lagMs: null,
  snapshot: null,
  parallel: null,
  notices: [],
  spoolPath: null,
  error: null
};

let server: ContractServer;
let answer: (exchange: Exchange) => void;
let client: GatewayClient;

beforeEach(async () => {
  server = await ContractServer.start(exchange => answer(exchange));
  client = new GatewayClient(server.settings);
});

afterEach(() => server.stop());

test('a request carries the token and names the relation', async () => {
  answer = ({ response }) => sendJson(response, { columns: [] });
  expect(await client.columns({ schema: 'a&b', relation: 'Ünï' })).toEqual([]);
  const [request] = server.asked(`${PREFIX}/catalog/columns`);
  expect(request?.headers.authorization).toBe('token test-token');
  expect(request?.query.get('schema')).toBe('a&b');
  expect(request?.query.get('relation')).toBe('Ünï');
});

test('a query is started with a JSON body and cancelled by its encoded id', async () => {
  answer = ({ response, path }) => sendJson(response, STATUS, path.endsWith('queries') ? 201 : 200);
  await client.startQuery({ sql: 'SELECT 1', origin: STATUS.origin });
  await client.cancelQuery('q 1');
  expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ sql: 'SELECT 1', origin: STATUS.origin });
  expect(server.requests[0]?.headers['content-type']).toBe('application/json');
  expect(server.requests[1]?.path).toBe(`${PREFIX}/queries/q%201/cancel`);
});

test('rows arrive as an Arrow table', async () => {
  const bytes = tableToIPC(tableFromArrays({ id: BigInt64Array.of(1n, 2n ** 60n) }), 'stream');
  answer = ({ response }) => response.writeHead(200).end(bytes);
  const table = await client.rows('q', 200, 100);
  expect(table.getChild('id')?.get(1)).toBe(2n ** 60n);
  expect(server.requests[0]?.query.get('offset')).toBe('200');
  expect(server.requests[0]?.query.get('limit')).toBe('100');
});

test("the gateway's error body arrives whole", async () => {
  answer = ({ response }) =>
    sendError(response, 400, 'syntax-error', 'syntax error at end of input', 'Look.');
  const failure = await failureOf(client.connection());
  expect(failure.body).toMatchObject({ code: 'syntax-error', action: 'Look.' });
  expect(failure.status).toBe(400);
});

test.each([
  [403, 'no longer accepts the login'],
  [404, 'does not have the extension'],
  [502, 'The gateway does not answer (HTTP 502)']
])('a reply %i without an error body says what it means and what to do', async (status, message) => {
  answer = ({ response }) => response.writeHead(status).end('<html>no</html>');
  const failure = await failureOf(client.connection());
  expect(failure.message).toContain(message);
  expect(failure.body.code).toBe('gateway-unavailable');
  expect(failure.body.action).not.toBeNull();
});

test('a login page in place of JSON is an expired login', async () => {
  answer = ({ response }) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<form>');
  expect((await failureOf(client.catalog({ system: false, sequences: false }))).message).toContain('login');
});

test('an answer that breaks the contract names the field', async () => {
  answer = ({ response }) => sendJson(response, { version: '1', pid: 'x', startedAt: '' });
  expect((await failureOf(client.health())).message).toContain('pid must be a whole number');
});

test('a server that is not there is named with what to do', async () => {
  const gone = await ContractServer.start(() => undefined);
  const { settings } = gone;
  await gone.stop();
  const failure = await failureOf(new GatewayClient(settings).connection());
  expect(failure.body).toMatchObject({
    code: 'gateway-unavailable',
    message: 'The Jupyter server does not answer.'
  });
  expect(failure.status).toBeNull();
});

test('an aborted request rejects with the reason of the signal', async () => {
  answer = () => undefined;
  const abort = new AbortController();
  const pending = client.connection(abort.signal);
  abort.abort(new Error('changed my mind'));
  await expect(pending).rejects.toThrow('changed my mind');
});

test('following yields each status and ends after the final one', async () => {
  answer = ({ response }) => {
    sendEvents(response, [{ rows: 1 }, { rows: 2 }, { rows: 2, state: 'done' }]);
    response.write(': the stream stays open\n\n');
  };
  expect(await rowsOf(client.follow('q'))).toEqual([1, 2, 2]);
});

test('a broken stream is opened again until the final status', async () => {
  answer = ({ response }) => {
    const again = server.requests.length > 1;
    sendEvents(response, [again ? { rows: 9, state: 'done' } : { rows: 1 }]);
    if (!again) {
      setTimeout(() => response.destroy(), 20);
    }
  };
  expect(await rowsOf(client.follow('q'))).toEqual([1, 9]);
});

test('a gateway that restarted under a running query is told within two seconds', async () => {
  answer = ({ response }) => {
    if (server.requests.length > 1) {
      sendError(response, 410, 'result-expired', 'This result is no longer kept.');
      return;
    }
    sendEvents(response, [{ rows: 1 }]);
    setTimeout(() => response.destroy(), 20);
  };
  const started = Date.now();
  const failure = await failureOf(rowsOf(client.follow('q')));
  expect(failure.body).toMatchObject({ code: 'result-expired', action: 'Run the query again.' });
  expect(failure.message).toContain('has restarted and no longer knows this query');
  expect(Date.now() - started).toBeLessThan(2_000);
});

test('following is given up when the server stays away longer than asked for', async () => {
  answer = ({ response }) => response.destroy();
  client.reconnectMs = 300;
  expect((await failureOf(rowsOf(client.follow('q')))).message).toContain('does not answer');
  expect(server.requests.length).toBeGreaterThan(1);
});

test('leaving the loop closes the stream at the server', async () => {
  const closed = new Promise(resolve => {
    answer = ({ response }) => {
      response.on('close', resolve);
      sendEvents(response, [{ rows: 1 }]);
    };
  });
  for await (const status of client.follow('q')) {
    expect(status.rows).toBe(1);
    break;
  }
  await closed;
});

test('three streams are open at most, and what is followed beside them is asked for each second', async () => {
  answer = ({ response, path }) => {
    if (path.endsWith('/events')) {
      sendEvents(response, [{ rows: 1 }]);
    } else {
      const polls = server.asked(`${PREFIX}/queries/fourth`).length;
      sendJson(response, { ...STATUS, rows: polls, state: polls === 2 ? 'done' : 'running' });
    }
  };
  const streams = ['a', 'b', 'c'].map(id => client.follow(id)[Symbol.asyncIterator]());
  await Promise.all(streams.map(stream => stream.next()));
  expect(await rowsOf(client.follow('fourth'))).toEqual([1, 2]);
  expect(server.asked(`${PREFIX}/queries/fourth/events`)).toEqual([]);
  await streams[0]?.return?.();
  for await (const status of client.follow('fifth')) {
    expect(status.rows).toBe(1);
    break;
  }
  expect(server.asked(`${PREFIX}/queries/fifth/events`)).toHaveLength(1);
});

function sendEvents(response: Exchange['response'], changes: readonly Partial<QueryStatus>[]): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  for (const change of changes) {
    response.write(`event: status\r\ndata: ${JSON.stringify({ ...STATUS, ...change })}\r\n\r\n`);
  }
}

async function rowsOf(statuses: AsyncIterable<QueryStatus>): Promise<number[]> {
  const rows: number[] = [];
  for await (const status of statuses) {
    rows.push(status.rows);
  }
  return rows;
}

async function failureOf(promise: Promise<unknown>): Promise<GatewayFailure> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown
  );
  expect(error).toBeInstanceOf(GatewayFailure);
  return error as GatewayFailure;
}
