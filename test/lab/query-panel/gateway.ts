import { tableToIPC } from 'apache-arrow';
import { type ServerResponse } from 'node:http';
import { parseQueryRequest, type QueryRequest, type QueryStatus } from '../../../src/contract/query';
import { type PlanReply } from '../../../src/contract/plan';
import { ARROW_STREAM } from '../../../src/contract/routes';
import { GatewayClient } from '../../../src/lab/gateway-client/client';
import { ContractServer, type Exchange, sendError, sendJson } from '../../support/contract-server';
import { FIELDS, rowsOf } from '../result-grid/rows';

/** One gateway in which the test decides what becomes of each query. */
export class QueryGateway {
  readonly asked: QueryRequest[] = [];
  readonly cancelled: string[] = [];
  readonly released: string[] = [];
  /** What was asked of plans, and the answer; without one the route is not there. */
  readonly planned: unknown[] = [];
  plan: PlanReply | null = null;
  private readonly statuses = new Map<string, QueryStatus>();
  private readonly followers: { readonly id: string; readonly response: ServerResponse }[] = [];
  private server!: ContractServer;

  static async start(): Promise<QueryGateway> {
    const gateway = new QueryGateway();
    gateway.server = await ContractServer.start(exchange => gateway.answer(exchange));
    return gateway;
  }

  get client(): GatewayClient {
    return new GatewayClient(this.server.settings);
  }

  /** Changes a query, the newest one by default, and tells who follows it. */
  become(change: Partial<QueryStatus>, id = `q${this.asked.length}`): void {
    this.statuses.set(id, { ...this.statuses.get(id)!, ...change });
    this.followers.filter(follower => follower.id === id).forEach(({ response }) => this.tell(id, response));
  }

  /** Forgets a query, as a gateway does that was started anew. */
  forget(id: string): void {
    this.statuses.delete(id);
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  private answer({ method, path, query, body, response }: Exchange): void {
    const [, , , id = '', part = ''] = path.split('/');
    if (id === 'plan' && this.plan) {
      this.planned.push(JSON.parse(body));
      return sendJson(response, this.plan);
    }
    if (method === 'POST' && id === '') {
      const request = parseQueryRequest(JSON.parse(body));
      this.asked.push(request);
      const queryId = `q${this.asked.length}`;
      this.statuses.set(queryId, started(queryId, request));
      return sendJson(response, this.statuses.get(queryId), 201);
    }
    const status = this.statuses.get(id);
    if (method === 'DELETE') {
      this.released.push(id);
      response.writeHead(204).end();
    } else if (!status) {
      sendError(response, 404, 'result-expired', 'This result is no longer kept.', 'Run the query again.');
    } else if (part === 'events') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      this.followers.push({ id, response });
      this.tell(id, response);
    } else if (part === 'cancel') {
      this.cancelled.push(id);
      this.become({ state: 'cancelled' }, id);
      sendJson(response, this.statuses.get(id));
    } else if (part === 'rows') {
      const offset = Number(query.get('offset'));
      const count = Math.min(Number(query.get('limit')), status.rows - offset);
      response.writeHead(200, { 'Content-Type': ARROW_STREAM }).end(tableToIPC(rowsOf(offset, count)));
    } else {
      sendJson(response, status);
    }
  }

  private tell(id: string, response: ServerResponse): void {
    const status = this.statuses.get(id)!;
    response.write(`event: status\ndata: ${JSON.stringify(status)}\n\n`);
    if (status.state !== 'running') response.end();
  }
}

function started(queryId: string, { sql, origin }: QueryRequest): QueryStatus {
  return {
    queryId,
    state: 'running',
    sql,
    origin,
    profile: null,
    fields: null,
    rows: 0,
    bytes: 0,
    truncated: false,
    rowEstimate: null,
    startedAt: '2026-01-01T12:00:00Z',
    firstRowMs: null,
    elapsedMs: 0,
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
}

export const withRows = (rows: number): Partial<QueryStatus> => ({
  fields: FIELDS,
  rows,
  bytes: 3_000,
  firstRowMs: 900
});

export const doneWith = (rows: number): Partial<QueryStatus> => ({
  ...withRows(rows),
  state: 'done',
  elapsedMs: 1_200,
  command: `SELECT ${rows}`
});

export const failedAt = (position: number | null): Partial<QueryStatus> => ({
  state: 'failed',
  error: {
    code: 'syntax-error',
    message: 'syntax error at or near "form"',
    subject: null,
    action: 'Correct the statement.',
    detail: null,
    hint: 'Perhaps you meant FROM.',
    position,
    sqlstate: '42601'
  }
});

/** Resolves when `holds` does, which takes some turns of the network. */
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 300) throw new Error(`it never came true: ${holds}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
