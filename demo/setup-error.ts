/** A prerequisite that is missing or a part that did not start: shown as one line, without a stack trace. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}
