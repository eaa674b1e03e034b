import http from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';

export interface Question {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** `https:` without a look at the certificate: a server of this machine signs its own. */
  readonly protocol?: 'http:' | 'https:';
  readonly socketPath?: string;
  readonly host?: string;
  readonly port?: number;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly timeoutMs?: number;
}

export interface JsonReply {
  readonly status: number;
  readonly json: unknown;
}

const TIMEOUT_MS = 10_000;

/** Asks a server of this machine. Rejects when there is no answer, none within the time, or a good one that is no JSON. */
export async function askJson(question: Question): Promise<JsonReply> {
  const { protocol = 'http:', method = 'GET', headers, body, timeoutMs = TIMEOUT_MS, ...where } = question;
  const signal = AbortSignal.timeout(timeoutMs);
  const options = { ...where, method, headers, signal, agent: false as const };
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const request =
      protocol === 'https:'
        ? https.request({ ...options, rejectUnauthorized: false }, resolve)
        : http.request(options, resolve);
    request.once('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
  const text = (await buffer(response)).toString('utf8');
  const status = response.statusCode ?? 0;
  return { status, json: status < 300 && text ? (JSON.parse(text) as unknown) : null };
}
