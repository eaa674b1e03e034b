import { MessageChannel, type MessagePort } from 'node:worker_threads';

let nowhere: MessagePort | null = null;

/**
 * Gives the memory of a buffer back at once; all views of it become empty. Only for one that nobody else reads, and that
 * no request to the system is at work on. The garbage collector sees a few bytes where there are megabytes, and lets tens
 * of them come together before it looks.
 */
export function releaseMemory(buffer: ArrayBuffer): void {
  nowhere ??= closedPort();
  // A buffer that is sent to a port which is closed goes with the message.
  nowhere.postMessage(null, [buffer]);
}

function closedPort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.unref();
  return port1;
}
