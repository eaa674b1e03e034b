import { type IdleVerdict } from './policy';
import { minutesInWords } from './words';

export interface Stopping {
  /** Whether anything here acts on the verdict. */
  readonly isHere: boolean;
  /** Whether the stop has been announced. */
  readonly isAnnounced: boolean;
}

/** The verdict in one sentence, for popup and command line. `clock` writes a moment as a time of day. */
export function headlineInWords(
  { isHere, isAnnounced }: Stopping,
  { kind, stopsAtMs, holds }: IdleVerdict,
  clock: (ms: number) => string
): string {
  if (isAnnounced) {
    return 'This instance is stopping.';
  }
  const at = clock(stopsAtMs);
  if (!isHere) {
    return (
      'Nothing will stop this machine: auto-stop is not installed here. ' +
      (kind === 'stop'
        ? 'On a notebook instance the time would be up.'
        : `On a notebook instance the time would be up at ${at}.`)
    );
  }
  if (kind === 'stop') {
    return 'This instance stops with the next check, which comes within minutes.';
  }
  return holds.some(hold => hold.kind !== 'keep-awake')
    ? `This instance is in use and would stop at ${at} at the earliest.`
    : `This instance stops at ${at} if nothing happens.`;
}

/** What keeps an instance on, and for how long it stays on without. */
export const ruleInWords = (timeoutMinutes: number): string =>
  `Stops after ${minutesInWords(timeoutMinutes)} without busy kernels, terminal output, running ` +
  'programs, keyboard or pointer, queries and exports.';
