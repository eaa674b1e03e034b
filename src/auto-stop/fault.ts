/** What keeps the auto-stop program from its work: `message` says what, `fix` what to do. Neither holds a secret. */
export class Fault extends Error {
  override readonly name = 'Fault';
  constructor(
    message: string,
    readonly fix: string,
    cause?: unknown
  ) {
    super(message, { cause });
  }
}

/** Anything thrown, in one sentence. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether an operation of the system failed in this way, as `ENOENT`. */
export const hasCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;
