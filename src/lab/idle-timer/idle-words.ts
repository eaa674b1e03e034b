import { type Activity } from '../../contract/activity';
import { headlineInWords, ruleInWords } from '../../idle/headline';
import { parseTimestamp } from '../../idle/timestamp';
import { type IdleVerdict } from '../../idle/policy';
import { agoInWords, timeLeftInWords } from '../../idle/words';

/** The status bar's words, and those of the popup that says why. */
export interface IdleWords {
  readonly status: string;
  /** True when the time left is short enough to be pointed at. */
  readonly isNear: boolean;
  readonly headline: string;
  /** What holds the instance open; empty while the time runs out. */
  readonly holds: readonly string[];
  readonly facts: readonly string[];
  /** Whether asking for more time would change anything here. */
  readonly canKeep: boolean;
  /** What was asked for and still holds; empty without. */
  readonly kept: string;
}

export interface IdleKnowledge {
  readonly verdict: IdleVerdict | null;
  readonly activity: Activity | null;
  readonly hasAsked: boolean;
  /** Whether the auto-stop program has looked at the machine of late. */
  readonly hasStopper: boolean;
  readonly nowMs: number;
}

const NOTHING_KNOWN = { isNear: false, holds: [], canKeep: false, kept: '' };

const ASKING: IdleWords = {
  ...NOTHING_KNOWN,
  status: 'Auto-stop …',
  headline: 'Asking what is in use …',
  facts: []
};

const UNKNOWN: IdleWords = {
  ...NOTHING_KNOWN,
  status: 'Auto-stop unknown',
  headline: 'The gateway has not answered yet, so the time left is unknown.',
  facts: ['Open the sidebar “Replica”: it says what keeps the gateway from answering.']
};

/** `clock` writes a moment as the time of day that the person's clock shows. */
export function idleWords(known: IdleKnowledge, clock: (ms: number) => string): IdleWords {
  const { verdict, activity, nowMs } = known;
  if (!verdict || !activity) {
    return known.hasAsked ? UNKNOWN : ASKING;
  }
  const isHere = activity.stopper === 'sagemaker';
  const since =
    verdict.kind === 'held'
      ? []
      : [`Last sign of use: ${verdict.lastActivity}, ${agoInWords(nowMs - verdict.idleSinceMs)}.`];
  return {
    status: status(activity, verdict, nowMs),
    isNear: isHere && verdict.warningsDue.length > 0,
    headline: headlineInWords({ isHere, isAnnounced: activity.stoppingAt !== null }, verdict, clock),
    holds: verdict.holds.map(({ words }) => words),
    facts: [
      ...since,
      ...verdict.notices,
      ...(isHere && !known.hasStopper ? [silentStopper(activity, nowMs)] : []),
      ruleInWords(activity.idleTimeoutMinutes)
    ],
    canKeep: isHere,
    kept: kept(verdict, clock)
  };
}

function status({ stopper, stoppingAt }: Activity, { kind, stopsAtMs }: IdleVerdict, nowMs: number): string {
  if (stoppingAt !== null) {
    return 'Auto-stop now';
  }
  const left = kind === 'stop' ? 'Auto-stop is due' : `Auto-stop in ${timeLeftInWords(stopsAtMs - nowMs)}`;
  return stopper === 'none' ? `${left} (not here)` : left;
}

function silentStopper({ machine }: Activity, nowMs: number): string {
  const checkedMs = parseTimestamp(machine?.checkedAt ?? null);
  return checkedMs === null
    ? 'The auto-stop program has not looked at this machine yet, so the time left is not certain.'
    : `The auto-stop program last looked at this machine ${agoInWords(nowMs - checkedMs)}, so it may not stop at all. Run its doctor in a terminal.`;
}

function kept({ keptAwakeUntil }: IdleVerdict, clock: (ms: number) => string): string {
  if (keptAwakeUntil === null) {
    return '';
  }
  return keptAwakeUntil === 'work-ends'
    ? 'Kept alive until the running work ends.'
    : `Kept alive until ${clock(keptAwakeUntil)} at least.`;
}
