/**
 * Entry of a worker thread: reads stored results as views of them need it. Sorting blocks its thread for seconds, and reading
 * scattered cells takes thousands of small reads, so neither may happen on the gateway's own.
 */
import { parentPort } from 'node:worker_threads';
import { CELL_CUT } from '../../cells/cut';
import { toErrorBody } from '../gateway-error';
import { csvPart } from './csv-part';
import { encodePage } from './encode-page';
import { makeView } from './make-view';
import { profile } from './profile';
import { rangeLength, rowsByBatch } from './row-range';
import { StoredResult } from './stored-result';
import { summarize } from './summarize';
import { type ViewAnswers, type ViewJob, type ViewReply, type ViewTask } from './view-job';

parentPort?.on('message', ({ id, place, task }: ViewJob) => {
  let reply: ViewReply;
  try {
    const result = new StoredResult(place);
    try {
      reply = { id, answer: answer(result, task) };
    } finally {
      result.close();
    }
  } catch (error) {
    reply = { id, error: toErrorBody(error) };
  }
  parentPort?.postMessage(reply, 'answer' in reply ? memoryOf(reply.answer) : []);
});

function answer(result: StoredResult, task: ViewTask): ViewAnswers[keyof ViewAnswers] {
  switch (task.kind) {
    case 'view':
      return makeView(result, task.request);
    case 'page': {
      const { range, columns, isCut, pageBytes } = task;
      const shape = { schema: result.schema, columns, cut: isCut ? CELL_CUT : null, pageBytes };
      return encodePage(shape, rangeLength(result, range), rowsByBatch(result, range));
    }
    case 'csv':
      return csvPart(result, task.range, task.columns);
    case 'summary':
      return summarize(result, task.range, task.columns);
    case 'profile':
      return profile(result, task.columns);
  }
}

/** Bytes that move to the other thread instead of being copied. */
function memoryOf(answered: ViewAnswers[keyof ViewAnswers]): ArrayBuffer[] {
  if (answered instanceof Uint8Array) {
    return [answered.buffer];
  }
  return 'bytes' in answered ? [answered.bytes.buffer] : [];
}
