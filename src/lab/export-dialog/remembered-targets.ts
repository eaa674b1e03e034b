import { type IStateDB } from '@jupyterlab/statedb';
import { nullable, oneOf, optional, record, text, type Parsed, type Parser } from '../../contract/parse';
import { type ExportKind, keyFor } from './destination';
import { type ExportTarget, proposedKey } from './export-target';
import { parseFileChoice } from './file-choice';

const KEY = 'jupyterlab-replica:export-target';
const parseKind: Parser<ExportKind> = oneOf('object', 'new-version', 'append', 'replace-partitions');
const parseTarget = record({
  bucket: text,
  key: text,
  kind: parseKind,
  format: parseFileChoice,
  partitions: optional(text, ''),
  /** What was exported. */
  name: optional(nullable(text), null)
});
type Kept = Parsed<typeof parseTarget>;

/** Where a person exported to last; kept over a reload. */
export class RememberedTargets {
  #last: Promise<Kept | null>;

  /** Without `state` it lasts as long as the page. */
  constructor(private readonly state: Pick<IStateDB, 'fetch' | 'save'> | null) {
    this.#last = Promise.resolve(state?.fetch(KEY)).then(read, () => null);
  }

  /** The same folder, kind and format for something else; all of the target for what went there. Null before the first. */
  async propose(name: string): Promise<ExportTarget | null> {
    const last = await this.#last;
    if (last === null) {
      return null;
    }
    if (last.name === name) {
      const { bucket, key, kind, format, partitions } = last;
      return { bucket, key, kind, format, partitions };
    }
    const { bucket, format } = last;
    const kind = last.kind === 'object' ? 'object' : 'new-version';
    const folder = last.key.slice(0, last.key.lastIndexOf('/') + 1);
    const proposed = proposedKey(name);
    const key = keyFor(kind, format, `${folder}${proposed.slice(proposed.lastIndexOf('/') + 1)}`);
    return { bucket, key, kind, format, partitions: '' };
  }

  remember(name: string, target: ExportTarget): void {
    const kept: Kept = { ...target, name };
    this.#last = Promise.resolve(kept);
    // A full or broken state database costs the memory of it, not the export.
    void this.state?.save(KEY, JSON.parse(JSON.stringify(kept))).catch(() => undefined);
  }
}

function read(kept: unknown): Kept | null {
  try {
    return parseTarget(kept);
  } catch {
    return null;
  }
}
