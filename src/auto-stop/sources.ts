import { type IdleSignals } from '../idle/signals';
import { parseTimestamp } from '../idle/timestamp';
import { askGateway } from './gateway';
import { askJupyter, type JupyterServer, nameOf } from './jupyter';

/** What the answers of several servers come to. */
export interface Heard<S> {
  readonly signal: S;
  /** False when one of them was silent. */
  readonly isWhole: boolean;
}

/**
 * `seenAt` is when all servers last answered. One that is silent beside others counts as used then, so that it neither
 * hides what the others say nor holds the instance for ever.
 */
export async function hearJupyter(
  servers: readonly JupyterServer[],
  seenAt: string | null
): Promise<Heard<IdleSignals['jupyter']>> {
  const answers = await Promise.all(
    servers.map(async server => ({ server, answer: await askJupyter(server).catch(() => null) }))
  );
  const heard = answers.flatMap(({ answer }) => answer ?? []);
  const silent = answers.filter(({ answer }) => answer === null);
  if (heard.length === 0) {
    return { signal: { kind: 'unreachable', since: seenAt }, isWhole: false };
  }
  const unknown = silent.map(({ server }) => ({
    ...{ name: `of the silent server at ${nameOf(server)}`, state: 'unknown' },
    ...{ lastActivityAt: seenAt, connections: null }
  }));
  return {
    signal: {
      kind: 'reachable',
      kernels: [...heard.flatMap(({ kernels }) => kernels), ...unknown],
      terminals: heard.flatMap(({ terminals }) => terminals)
    },
    isWhole: silent.length === 0
  };
}

/** As `hearJupyter`, for gateways. */
export async function hearGateways(
  sockets: readonly string[],
  seenAt: string | null
): Promise<Heard<IdleSignals['gateway']>> {
  const answers = await Promise.all(sockets.map(socket => askGateway(socket).catch(() => null)));
  const heard = answers.filter(answer => answer !== null);
  if (heard.length === 0) {
    return { signal: { kind: 'unreachable', since: seenAt }, isWhole: false };
  }
  const isWhole = heard.length === answers.length;
  return {
    signal: {
      kind: 'reachable',
      queries: heard.flatMap(({ queries }) => queries),
      exports: heard.flatMap(activity => activity.exports),
      lastWorkAt: latest([...heard.map(({ lastWorkAt }) => lastWorkAt), ...(isWhole ? [] : [seenAt])]),
      lastInputAt: latest(heard.map(({ lastInputAt }) => lastInputAt))
    },
    isWhole
  };
}

function latest(times: readonly (string | null)[]): string | null {
  return times.reduce(
    (last, time) => ((parseTimestamp(time) ?? -Infinity) > (parseTimestamp(last) ?? -Infinity) ? time : last),
    null
  );
}
