import { parseErrorReply, type ErrorBody } from '../../contract/errors';
import { ContractError } from '../../contract/parse';

/** Why the gateway gave no usable answer. `status` is HTTP's, null when nothing answered at all. */
export class GatewayFailure extends Error {
  override readonly name = 'GatewayFailure';
  constructor(
    readonly body: ErrorBody,
    readonly status: number | null = null,
    cause?: unknown
  ) {
    super(body.message, { cause });
  }
}

/** The error body to show for anything thrown. */
export function errorBodyOf(error: unknown): ErrorBody {
  if (error instanceof GatewayFailure) {
    return error.body;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return body(
    'internal',
    `The page failed unexpectedly: ${reason}`,
    'Try again; reload the page if it stays.'
  );
}

/** The failure that a reply with a status of 400 or above tells. */
export async function failureOf(response: Response): Promise<GatewayFailure> {
  const { status } = response;
  const told = errorReplyIn(await response.text().catch(() => ''));
  return new GatewayFailure(told ?? bodyForStatus(status), status);
}

/** Nothing answered: Jupyter has ended, or the network is down. */
export function unreachable(cause: unknown): GatewayFailure {
  return new GatewayFailure(
    body(
      'gateway-unavailable',
      'The Jupyter server does not answer.',
      'Check the network and that the server still runs, then try again.'
    ),
    null,
    cause
  );
}

/** Jupyter answered with a page for people, which is how it asks for a login. */
export function loginExpired(status: number): GatewayFailure {
  return new GatewayFailure(
    body(
      'gateway-unavailable',
      'The Jupyter server no longer accepts the login of this page.',
      'Save your work, reload the page and log in again.'
    ),
    status
  );
}

/** What ran a moment ago is unknown now, as `failure` says: the gateway is another one. */
export function forgotten(subject: string, failure: GatewayFailure): GatewayFailure {
  return new GatewayFailure(
    body(
      failure.body.code,
      `The gateway has restarted and no longer knows this ${subject}.`,
      `Run the ${subject} again.`
    ),
    failure.status,
    failure
  );
}

export function notUnderstood(status: number, cause: unknown): GatewayFailure {
  const reason = cause instanceof ContractError ? cause.message : 'it is not the expected format';
  return new GatewayFailure(
    body(
      'internal',
      `The gateway's answer was not understood: ${reason}.`,
      'Reload the page: it may be older than the server.'
    ),
    status,
    cause
  );
}

function bodyForStatus(status: number): ErrorBody {
  if (status === 401 || status === 403) {
    return loginExpired(status).body;
  }
  if (status === 404) {
    return body(
      'gateway-unavailable',
      'The Jupyter server does not have the extension jupyterlab_replica.',
      'Look at `jupyter server extension list`, enable the extension and restart Jupyter.'
    );
  }
  if (status >= 502 && status <= 504) {
    return body(
      'gateway-unavailable',
      `The gateway does not answer (HTTP ${status}).`,
      'Try again in a few seconds; if it stays away, the log of the Jupyter server says why.'
    );
  }
  return body('internal', `The Jupyter server answered with HTTP ${status}.`, 'Look at its log.');
}

function errorReplyIn(content: string): ErrorBody | null {
  try {
    return parseErrorReply(JSON.parse(content)).error;
  } catch {
    return null;
  }
}

function body(code: ErrorBody['code'], message: string, action: string): ErrorBody {
  return { code, message, action, subject: null, detail: null, hint: null, position: null, sqlstate: null };
}
