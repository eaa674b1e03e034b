import path from 'node:path';
import { NO_OBJECT_SETTINGS } from '../../src/contract/object-settings';
import type { ExportEffects } from '../../src/gateway/export';
import { ExportLedger } from '../../src/gateway/export-ledger';
import { NO_FACTS } from '../../src/gateway/export-facts';
import { fileFormat } from '../../src/gateway/formats/file-format';
import { Journal } from '../../src/gateway/s3/journal';
import { Lane } from '../../src/gateway/s3/lane';
import { temporaryDirectory } from './temporary-directory';

type Needed = Pick<ExportEffects, 'openSource' | 's3' | 'encoders'>;

/** What exports need, with a journal in a directory of its own, nothing known of the source and no Glue. */
export async function exportEffects(
  needed: Needed,
  datasets: Partial<ExportEffects['datasets']> = {}
): Promise<ExportEffects> {
  const journal = datasets.journal ?? (await Journal.open(temporaryDirectory('journal')));
  return {
    ...needed,
    ledger: await ExportLedger.open(path.dirname(journal.directory), journal.directory),
    now: Date.now,
    objectSettings: NO_OBJECT_SETTINGS,
    facts: () => Promise.resolve(NO_FACTS),
    datasets: {
      journal,
      lane: new Lane(4),
      format: request => fileFormat(request, needed.encoders),
      register: () => Promise.reject(new Error('there is no Glue')),
      user: 'ada',
      tool: { name: 'jupyterlab-replica', version: '0.0.0' },
      ...datasets
    }
  };
}
