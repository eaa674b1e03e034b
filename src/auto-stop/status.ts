import { headlineInWords, ruleInWords } from '../idle/headline';
import { judge } from '../idle/policy';
import { agoInWords, timeLeftInWords } from '../idle/words';
import { lookAround, type Surroundings } from './look';

/** What the popup in JupyterLab says, for a terminal. Changes nothing. */
export async function status(surroundings: Surroundings): Promise<readonly string[]> {
  const { config } = surroundings;
  const { signals } = await lookAround(surroundings);
  const verdict = judge(signals);
  const { nowMs } = signals;
  const left =
    verdict.kind === 'stop'
      ? 'Auto-stop is due'
      : `Auto-stop in ${timeLeftInWords(verdict.stopsAtMs - nowMs)}`;
  const since = `Last sign of use: ${verdict.lastActivity}, ${agoInWords(nowMs - verdict.idleSinceMs)}.`;
  return [
    config.mayStop ? left : `${left} (not here)`,
    headlineInWords({ isHere: config.mayStop, isAnnounced: false }, verdict, timeOfDay),
    ...verdict.holds.map(({ words }) => `  ${words}`),
    ...(verdict.kind === 'held' ? [] : [since]),
    ...verdict.notices,
    ruleInWords(config.idleTimeoutMinutes)
  ];
}

/** By the machine's clock, which on an instance is UTC. */
const timeOfDay = (ms: number): string =>
  new Date(ms).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
