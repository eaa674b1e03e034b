export type AwsFailure =
  /** The identity lacks a permission. */
  | 'denied'
  /** No identity was found on this machine. */
  | 'no-identity'
  /** AWS does not accept the identity, most often because its session has ended. */
  | 'identity-refused'
  | 'no-region'
  | 'unreachable'
  | 'other';

/** An error of an AWS client by its parts; what it lacks is empty or null. */
export interface AwsError {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  /** The HTTP status of AWS's answer, null when there was none. */
  readonly status: number | null;
  /** How often the SDK itself has sent the request. */
  readonly attempts: number;
}

export function readAwsError(error: unknown): AwsError {
  const metadata = property(error, '$metadata');
  const status = property(metadata, 'httpStatusCode');
  const message = text(property(error, 'message'));
  return {
    name: text(property(error, 'name')),
    // Where the SDK has wrapped a socket's error, its code stands in the message alone.
    code: text(property(error, 'code')) || (/\bE[A-Z_]{4,}\b/.exec(message)?.[0] ?? ''),
    message,
    status: typeof status === 'number' ? status : null,
    attempts: Number(property(metadata, 'attempts') ?? 1)
  };
}

/** What an error of any AWS client means for the person who sees it. */
export function awsFailure({ name, code, message, status }: AwsError): AwsFailure {
  if (message === 'Region is missing') {
    return 'no-region';
  }
  if (hasExpired({ name, code, message, status })) {
    return 'identity-refused';
  }
  const kind = KINDS.find(([, names]) => names.includes(name) || names.includes(code));
  return kind?.[0] ?? (status === 403 ? 'denied' : 'other');
}

/**
 * Whether an identity's time is over. A provider that looks itself says so in its message; S3's answer to a HEAD has a
 * status and no words, and for a well-formed request that status is 400 when the identity has expired.
 */
export function hasExpired({ name, message, status }: Omit<AwsError, 'attempts'>): boolean {
  return (
    name.startsWith('ExpiredToken') ||
    (name.endsWith('ProviderError') && /\bexpired\b/i.test(message)) ||
    (name === 'Unknown' && status === 400)
  );
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const KINDS: readonly (readonly [AwsFailure, readonly string[]])[] = [
  ['denied', ['AccessDenied', 'AccessDeniedException', 'AllAccessDisabled', 'Forbidden']],
  ['no-identity', ['CredentialsProviderError', 'TokenProviderError']],
  [
    'identity-refused',
    [
      'ExpiredToken',
      'ExpiredTokenException',
      'InvalidAccessKeyId',
      'InvalidClientTokenId',
      'InvalidSignatureException',
      'InvalidToken',
      'SignatureDoesNotMatch',
      'UnrecognizedClientException'
    ]
  ],
  [
    'unreachable',
    [
      'EAI_AGAIN',
      'ECONNREFUSED',
      'ECONNRESET',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ENOTFOUND',
      'EPIPE',
      'ETIMEDOUT',
      'TimeoutError'
    ]
  ]
];
