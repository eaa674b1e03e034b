import { type IdleVerdict } from '../idle/policy';
import { minutesInWords, timeLeftInWords } from '../idle/words';

/**
 * What came of a check. `would-stop`: nothing may be stopped here, or it was a dry run. `withdrawn`: somebody came back at
 * the last moment. `failed`: SageMaker did not stop the instance.
 */
export type Outcome = 'none' | 'would-stop' | 'stopping' | 'withdrawn' | 'failed';

/** One line of the log. Times are ISO 8601, UTC. */
export interface CheckEntry {
  readonly at: string;
  readonly verdict: IdleVerdict['kind'];
  readonly idleMinutes: number;
  readonly idleSince: string;
  readonly stopsAt: string;
  readonly holds: readonly string[];
  readonly lastActivity: string;
  readonly notices: readonly string[];
  readonly outcome: Outcome;
  /** What was done or what went wrong, in sentences. */
  readonly details: readonly string[];
}

export function entryOf(
  verdict: IdleVerdict,
  nowMs: number,
  outcome: Outcome,
  details: readonly string[]
): CheckEntry {
  return {
    at: new Date(nowMs).toISOString(),
    verdict: verdict.kind,
    idleMinutes: Math.max(0, Math.floor((nowMs - verdict.idleSinceMs) / 60_000)),
    idleSince: new Date(verdict.idleSinceMs).toISOString(),
    stopsAt: new Date(verdict.stopsAtMs).toISOString(),
    holds: verdict.holds.map(({ words }) => words),
    lastActivity: verdict.lastActivity,
    notices: verdict.notices,
    outcome,
    details
  };
}

/** One line, the time first. Line ends in names of notebooks and programs do not break it. */
export function entryInWords(entry: CheckEntry): string {
  const words = [`${headWord(entry)}: ${verdictInWords(entry)}.`, ...entry.details, ...entry.notices];
  return `${entry.at.replace(/\.\d+Z$/, 'Z')} ${words.join(' ').replace(/\s+/g, ' ')}`;
}

const headWord = ({ outcome, verdict }: CheckEntry): string =>
  outcome === 'none' ? verdict : outcome === 'stopping' ? 'STOPPING' : outcome;

function verdictInWords({ verdict, holds, idleMinutes, lastActivity, at, stopsAt }: CheckEntry): string {
  if (verdict === 'held') {
    return holds.join('; ');
  }
  const idle = `idle for ${minutesInWords(idleMinutes)} since ${lastActivity}`;
  return verdict === 'stop'
    ? idle
    : `${idle}, stops in ${timeLeftInWords(Date.parse(stopsAt) - Date.parse(at))}`;
}
