import { type Activity } from '../../contract/activity';
import { type IdleVerdict } from '../../idle/policy';
import { agoInWords, minutesInWords, timeLeftInWords } from '../../idle/words';

/** The status bar's words, and those of the popup that says why. */
export interface IdleWords {
  readonly status: string;
  /** True when the time left is short enough to be pointed at. */
  readonly isNear: boolean;
  readonly headline: string;
  /** What holds the instance open; empty while the time runs out. */
  readonly holds: readonly string[];
  readonly facts: readonly string[];
}

const UNKNOWN: IdleWords = {
  status: 'Auto-stop unknown',
  isNear: false,
  headline: 'The gateway has not answered yet, so the time left is unknown.',
  holds: [],
  facts: ['Open the sidebar “Replica”: it says what keeps the gateway from answering.']
};

/** `clock` writes a moment as the time of day that the person's clock shows. */
export function idleWords(
  verdict: IdleVerdict | null,
  activity: Activity | null,
  nowMs: number,
  clock: (ms: number) => string
): IdleWords {
  if (!verdict || !activity) {
    return UNKNOWN;
  }
  const leftMs = verdict.stopsAtMs - nowMs;
  const isDue = verdict.kind === 'stop';
  const since =
    verdict.kind === 'held'
      ? []
      : [`Last sign of use: ${verdict.lastActivity}, ${agoInWords(nowMs - verdict.idleSinceMs)}.`];
  return {
    status: isDue ? 'Auto-stop is due' : `Auto-stop in ${timeLeftInWords(leftMs)}`,
    isNear: verdict.warningsDue.length > 0,
    headline: headline(activity, isDue, clock(verdict.stopsAtMs)),
    holds: verdict.holds.map(({ words }) => words),
    facts: [
      ...since,
      ...verdict.notices,
      `Stops after ${minutesInWords(activity.idleTimeoutMinutes)} without busy kernels, terminal output, ` +
        'keyboard or pointer, queries and exports.'
    ]
  };
}

function headline({ stopper }: Activity, isDue: boolean, at: string): string {
  if (stopper === 'none') {
    return (
      'Nothing will stop this machine: auto-stop is not installed here. ' +
      (isDue
        ? 'On a notebook instance the time would be up.'
        : `On a notebook instance the time would be up at ${at}.`)
    );
  }
  return isDue
    ? 'This instance stops with the next check, which comes within minutes.'
    : `This instance stops at ${at} if nothing happens.`;
}
