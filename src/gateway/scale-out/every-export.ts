import type { ExportStatus } from '../../contract/export';
import type { Exports } from '../export';
import { GatewayError } from '../gateway-error';
import type { ScaleOut } from './scale-out';

/** What is asked of exports by their id, wherever they run. */
export type EveryExport = Pick<
  Exports,
  'start' | 'retry' | 'get' | 'list' | 'clearEnded' | 'cancel' | 'follow'
>;

/** Exports of this gateway and those by Spark as one list. */
export function everyExport(exports: Exports, scaleOut: ScaleOut): EveryExport {
  return {
    start: request => exports.start(request),
    retry: (id, overwrite) => {
      if (scaleOut.has(id)) {
        throw new GatewayError('bad-request', 'An export by Spark is not started again from here.', {
          action: 'Export the statement again, from its panel or by db.scale_out.export.'
        });
      }
      return exports.retry(id, overwrite);
    },
    get: id => (scaleOut.has(id) ? scaleOut.job(id).status() : exports.get(id)),
    list: () => [...exports.list(), ...scaleOut.list()].sort(byStart),
    clearEnded: async () => {
      await Promise.all([exports.clearEnded(), scaleOut.clearEnded()]);
    },
    cancel: id => (scaleOut.has(id) ? scaleOut.cancel(id) : exports.cancel(id)),
    follow: (id, signal = new AbortController().signal) =>
      scaleOut.has(id) ? scaleOut.job(id).follow(signal) : exports.follow(id, signal)
  };
}

/** Newest first. */
const byStart = (a: ExportStatus, b: ExportStatus): number => b.startedAt.localeCompare(a.startedAt);
