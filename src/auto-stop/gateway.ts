import { parseActivity, type Activity } from '../contract/activity';
import { parseStopReport, type StopReport } from '../contract/auto-stop';
import { type Parser } from '../contract/parse';
import { ROUTES, SOCKET_VARIABLE } from '../contract/routes';
import { askJson, type Question } from './ask-json';
import { Fault, reasonOf } from './fault';
import { type Process, startedWith } from './processes';
import { isGateway } from './user-programs';

/** The sockets of the user's gateways that run: each was started with its own in its environment. */
export async function gatewaySockets(processes: readonly Process[], uid: number): Promise<readonly string[]> {
  const gateways = processes.filter(found => found.uid === uid && isGateway(found));
  const sockets = await Promise.all(gateways.map(({ pid }) => startedWith(pid, SOCKET_VARIABLE)));
  return [...new Set(sockets.filter(socket => socket !== null))];
}

/** Throws Fault, as all of these, when the gateway does not answer. */
export const askGateway = (socketPath: string): Promise<Activity> =>
  ask(parseActivity, { socketPath, path: `/${ROUTES.activity}` });

/** Announces the stop; resolves once exports and queries that ran have ended or were ended. */
export const announceStop = (socketPath: string, graceSeconds: number): Promise<StopReport> =>
  ask(parseStopReport, {
    socketPath,
    path: `/${ROUTES.stopping}`,
    method: 'POST',
    body: { graceSeconds },
    timeoutMs: 1000 * (graceSeconds + 30)
  });

/** There is no stop after all. */
export async function withdrawStop(socketPath: string): Promise<void> {
  await ask(parseActivity, { socketPath, path: `/${ROUTES.stopping}`, method: 'DELETE' });
}

async function ask<T>(parse: Parser<T>, question: Question): Promise<T> {
  try {
    const { status, json } = await askJson(question);
    if (status !== 200) {
      throw new Error(`it answered ${status}`);
    }
    return parse(json);
  } catch (error) {
    throw new Fault(
      `The gateway at ${question.socketPath} cannot be asked: ${reasonOf(error)}.`,
      'Restart the Jupyter server, which starts the gateway.',
      error
    );
  }
}
