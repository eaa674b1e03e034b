import type { S3Client } from '@aws-sdk/client-s3';
import type { ObjectSettings } from '../../contract/object-settings';
import type { DatasetFile, DatasetMode, Manifest, Partition } from '../../contract/dataset';
import { GatewayError } from '../gateway-error';
import { copyObject, deleteObjects, verifyObject, statObject } from '../s3/objects';
import { persisting } from '../s3/persist';
import { directoryOf } from './hive-path';
import { folderOf, uriOfDataset, type DatasetAddress } from './layout';

/** Copies that are being made at a time. */
const COPIES_AT_ONCE = 8;

interface CarryOverOptions {
  readonly address: DatasetAddress;
  readonly version: string;
  readonly mode: DatasetMode;
  readonly partitions: readonly Partition[];
  readonly fileFormat: Manifest['fileFormat'];
  /** The newest version when the export began. */
  readonly base: Manifest | null;
  /** What this export has written. */
  readonly written: readonly DatasetFile[];
  readonly settings: ObjectSettings;
  readonly signal: AbortSignal;
}

/**
 * The files of the newest version that stay in the next one, copied within S3 into its folder: a version's folder then holds
 * all of its rows, plain readers can be pointed at it, and deleting an old version never takes rows of a newer one.
 */
export class CarryOver {
  readonly #copies = new Map<string, DatasetFile>();

  constructor(
    private readonly client: S3Client,
    private readonly options: CarryOverOptions
  ) {}

  /**
   * May be called again when another version was committed meanwhile; copies that are not needed any more are removed.
   * Throws GatewayError `dataset-conflict` when that version replaced partitions that this export replaces.
   */
  async from(head: Manifest | null): Promise<readonly DatasetFile[]> {
    const { mode, written } = this.options;
    if (mode === 'new-version' || !head) {
      return [];
    }
    const replaced = new Set(mode === 'replace-partitions' ? written.map(partitionKey) : []);
    this.#refuseConflict(head, replaced);
    const kept = head.files.filter(file => !replaced.has(partitionKey(file)));
    await this.#removeBut(new Set(kept.map(({ path }) => path)));
    const missing = kept.filter(({ path }) => !this.#copies.has(path));
    const copyNext = async () => {
      for (let file = missing.shift(); file; file = missing.shift()) {
        await this.#copy(file);
      }
    };
    // Nobody may still copy into the folder when a failure has it removed.
    const ended = await Promise.allSettled(
      Array.from({ length: COPIES_AT_ONCE }, () =>
        copyNext().catch((error: unknown) => {
          missing.length = 0;
          throw error;
        })
      )
    );
    const failure = ended.find(({ status }) => status === 'rejected');
    if (failure?.status === 'rejected') {
      throw failure.reason;
    }
    return kept.flatMap(({ path }) => this.#copies.get(path) ?? []);
  }

  async #copy(file: DatasetFile): Promise<void> {
    const { address, version, partitions, settings, signal } = this.options;
    const { bucket, prefix } = address;
    signal.throwIfAborted();
    const number = String(this.#count++).padStart(5, '0');
    const extension = /\.[^/]*$/.exec(file.path)?.[0] ?? '';
    const path = `${folderOf(version)}${directoryOf(partitions, file.partition)}kept-${number}${extension}`;
    const key = `${prefix}/${path}`;
    const { etag } = await persisting(this.client, signal, () =>
      copyObject(this.client, bucket, `${prefix}/${file.path}`, key, settings)
    );
    await persisting(this.client, signal, () => verifyObject(this.client, { bucket, key }, file));
    const crc32 = file.crc32 ?? (await statObject(this.client, { bucket, key }))?.crc32 ?? null;
    this.#copies.set(file.path, { ...file, path, etag, crc32, copiedFrom: file.path });
  }

  #count = 0;

  /** What lies in the version's folder is in the version. */
  async #removeBut(kept: ReadonlySet<string>): Promise<void> {
    const { bucket, prefix } = this.options.address;
    const unused = [...this.#copies].filter(([from]) => !kept.has(from));
    await deleteObjects(
      this.client,
      bucket,
      unused.map(([, { path }]) => `${prefix}/${path}`)
    );
    unused.forEach(([from]) => this.#copies.delete(from));
  }

  #refuseConflict(head: Manifest, replaced: ReadonlySet<string>): void {
    const { base, address } = this.options;
    if (head.sequence === (base?.sequence ?? 0) || replaced.size === 0) {
      return;
    }
    const [before, after] = [contentByPartition(base), contentByPartition(head)];
    const changed = [...replaced].find(partition => before.get(partition) !== after.get(partition));
    if (changed !== undefined) {
      const subject = uriOfDataset(address);
      throw new GatewayError(
        'dataset-conflict',
        `Somebody else wrote the partition ${changed} of ${subject} at the same time.`,
        { subject, action: 'Export again; it then builds on the newer version.' }
      );
    }
  }
}

const partitionKey = ({ partition }: DatasetFile): string => JSON.stringify(partition);

/** Copies have the content of what they are copies of. */
function contentByPartition(manifest: Manifest | null): ReadonlyMap<string, string> {
  const contents = new Map<string, string>();
  for (const file of manifest?.files ?? []) {
    const key = partitionKey(file);
    const content = `${file.rows} ${file.bytes} ${file.crc32 ?? file.etag}`;
    contents.set(key, [...(contents.get(key)?.split('\n') ?? []), content].sort().join('\n'));
  }
  return contents;
}
