import type { Session } from './session';

/** A cancel request that finds the backend between two messages has no effect, so it is sent again. */
const CANCEL_AGAIN_MS = 250;

/** Ends what `session` runs in the server once `signal` says so, until the function that it returns is called. */
export function cancelOn(signal: AbortSignal, session: Session): () => void {
  let again: NodeJS.Timeout | undefined;
  let stopped = false;
  const cancel = async (): Promise<void> => {
    await session.cancel();
    if (!stopped) {
      again = setTimeout(() => void cancel(), CANCEL_AGAIN_MS);
    }
  };
  const onAbort = () => void cancel();
  signal.addEventListener('abort', onAbort);
  return () => {
    stopped = true;
    clearTimeout(again);
    signal.removeEventListener('abort', onAbort);
  };
}
