import { Worker } from 'node:worker_threads';
import { GatewayError } from '../gateway-error';
import type { PreviewReply, PreviewRequest } from './preview-worker';

/**
 * The first rows of a Parquet file as an Arrow IPC stream, decoded in a thread of its own, since decoding blocks.
 * `workerFile` is the built `preview-worker.js`. Throws GatewayError `dataset-unreadable`, or the reason of `signal`.
 */
export async function previewParquet(
  workerFile: string,
  request: PreviewRequest,
  signal: AbortSignal
): Promise<Uint8Array> {
  signal.throwIfAborted();
  const worker = new Worker(workerFile);
  try {
    const reply = await new Promise<PreviewReply>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', code => reject(new Error(`the thread ended with code ${code}`)));
      worker.postMessage(request);
    });
    if (reply.kind === 'failed') {
      throw new GatewayError('dataset-unreadable', 'The file cannot be read as Parquet.', {
        detail: reply.reason,
        action: 'Export the data again, or read it with another program.'
      });
    }
    return reply.stream;
  } finally {
    await worker.terminate();
  }
}
