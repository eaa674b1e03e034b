import type { ErrorBody, ErrorCode } from '../contract/errors';

type Facts = Partial<Omit<ErrorBody, 'code' | 'message'>>;

/**
 * A failure told to the user: `message` says what failed and on what, `action` what to do.
 * Neither ever holds a secret; `cause` is for the log alone.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly body: ErrorBody;

  constructor(code: ErrorCode, message: string, facts: Facts = {}, cause?: unknown) {
    super(message, { cause });
    this.body = { ...NOTHING_MORE, ...facts, code, message };
  }

  get code(): ErrorCode {
    return this.body.code;
  }
}

/** The error body for anything thrown; what is not a GatewayError is a defect and is named `internal`. */
export function toErrorBody(error: unknown): ErrorBody {
  if (error instanceof GatewayError) {
    return error.body;
  }
  return {
    ...NOTHING_MORE,
    code: 'internal',
    message: `The gateway failed unexpectedly: ${error instanceof Error ? error.message : String(error)}`,
    action: 'Try again; if it happens again, report it with the steps that led here.'
  };
}

const NOTHING_MORE: Omit<ErrorBody, 'code' | 'message'> = {
  subject: null,
  action: null,
  detail: null,
  hint: null,
  position: null,
  sqlstate: null
};
