import { type StopReport } from '../contract/auto-stop';
import { announceStop, withdrawStop } from './gateway';
import { reasonOf } from './fault';

/** What runs has so long to end by itself before it is cancelled. */
const GRACE_SECONDS = 20;
/** Lab asks the gateway every ten seconds when a stop is near, and then saves its documents. */
const NOTICE_MS = 20_000;

/**
 * Announces the stop to each gateway, which ends what runs and tells the open tabs, and gives these the time to save.
 * Returns sentences about what was ended; a gateway that does not answer has nothing to end.
 */
export async function lastNotice(
  sockets: readonly string[],
  pause: (ms: number) => Promise<void>
): Promise<readonly string[]> {
  const told = sockets.map(socket =>
    announceStop(socket, GRACE_SECONDS).then(reportInWords, (error: unknown) => [reasonOf(error)])
  );
  const [sentences] = await Promise.all([Promise.all(told), sockets.length > 0 ? pause(NOTICE_MS) : null]);
  return sentences.flat();
}

/** There is no stop after all. A gateway that cannot be told takes it back by itself after some minutes. */
export async function withdraw(sockets: readonly string[]): Promise<void> {
  await Promise.all(sockets.map(socket => withdrawStop(socket).catch(() => undefined)));
}

function reportInWords({ exportsEnded, exportsCancelled, queriesCancelled }: StopReport): string[] {
  const all: readonly (readonly [number, string])[] = [
    [exportsEnded, 'exports came to their end'],
    [exportsCancelled, 'exports were cancelled and left nothing on S3'],
    [queriesCancelled, 'queries were cancelled']
  ];
  return all.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}.`);
}
