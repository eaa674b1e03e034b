import type { DatasetFile, Partition } from '../../contract/dataset';
import { GatewayError } from '../gateway-error';
import { LONGEST_KEY_BYTES } from '../s3/address';
import { verifyObject } from '../s3/objects';
import { ObjectWriter, type WriterSurroundings } from '../s3/object-writer';
import { persisting } from '../s3/persist';
import { directoryOf } from './hive-path';
import { folderOf, type DatasetAddress } from './layout';
import type { FileFormat } from '../formats/file-format';
import type { RowFile } from '../formats/row-file';

/** Files that are written at a time; beyond that the one that was not written to for longest is completed. */
const OPEN_FILES = 32;
/** Files that are being completed at a time. */
const CLOSING_FILES = 8;

export interface PartFilesOptions {
  readonly address: DatasetAddress;
  readonly version: string;
  readonly partitions: readonly Partition[];
  readonly format: FileFormat;
  /** The schema message of the files. */
  readonly schema: Uint8Array;
  readonly targetFileBytes: number;
  /** Told the rows that were written since it was told last. */
  readonly onRows: (rows: number) => void;
  readonly onFile: () => void;
}

interface OpenFile {
  readonly path: string;
  readonly partition: readonly (string | null)[];
  readonly part: RowFile;
  readonly object: ObjectWriter;
  /** Rows that were told. */
  told: number;
}

/** The files of one version: written, completed when they are large enough, and verified with what S3 answers. */
export class PartFiles {
  readonly #open = new Map<string, OpenFile>();
  readonly #closing = new Set<Promise<void>>();
  readonly #objects = new Set<ObjectWriter>();
  readonly #done: DatasetFile[] = [];
  #failure: { readonly error: unknown } | null = null;
  #count = 0;

  constructor(
    private readonly options: PartFilesOptions,
    private readonly surroundings: WriterSurroundings
  ) {}

  /** Writes rows of the partition with these values. Throws what completing an earlier file has failed with, too. */
  async add(partition: readonly (string | null)[], message: Uint8Array, rows: number): Promise<void> {
    const key = JSON.stringify(partition);
    const file = this.#open.get(key) ?? (await this.#begin(partition));
    // The map's order is that of the last use.
    this.#open.delete(key);
    this.#open.set(key, file);
    await this.#write(file, await file.part.add({ message, rows }));
    if (file.part.expectedBytes >= this.options.targetFileBytes) {
      await this.#close(key, file);
    }
    this.#check();
  }

  /** Completes what is open. An export without rows has one file, which carries the schema, unless it is partitioned. */
  async finish(): Promise<readonly DatasetFile[]> {
    if (this.#count === 0 && this.options.partitions.length === 0) {
      this.#open.set('[]', await this.#begin([]));
    }
    for (const [key, file] of [...this.#open]) {
      await this.#close(key, file);
    }
    await Promise.all(this.#closing);
    this.#check();
    return [...this.#done].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Gives up what is not complete. Never rejects. Complete files stay for whoever removes the version's folder. */
  async abandon(reason: unknown): Promise<void> {
    this.#failure ??= { error: reason };
    this.#open.forEach(({ part }) => part.abandon(reason));
    await Promise.allSettled(this.#closing);
    await Promise.all([...this.#objects].map(object => object.abort()));
  }

  async #begin(partition: readonly (string | null)[]): Promise<OpenFile> {
    const { address, version, partitions, format, schema } = this.options;
    if (this.#open.size >= OPEN_FILES) {
      const [oldest] = this.#open;
      await this.#close(...oldest!);
    }
    const number = String(this.#count++).padStart(5, '0');
    const path = `${folderOf(version)}${directoryOf(partitions, partition)}part-${number}${format.extension}`;
    const key = `${address.prefix}/${path}`;
    if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) {
      throw tooLong(partitions, key);
    }
    const object = new ObjectWriter({ bucket: address.bucket, key }, this.surroundings);
    this.#objects.add(object);
    return { path, partition, part: format.open(schema, partitions.length > 0), object, told: 0 };
  }

  async #write(file: OpenFile, pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      await file.object.write(piece);
    }
    file.part.releaseGiven();
    const { rowsWritten } = file.part;
    this.options.onRows(rowsWritten - file.told);
    file.told = rowsWritten;
  }

  /** Completes a file while others are written. */
  async #close(key: string, file: OpenFile): Promise<void> {
    this.#open.delete(key);
    const closing = this.#complete(file)
      .catch((error: unknown) => {
        this.#failure ??= { error };
        file.part.abandon(error);
      })
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    while (this.#closing.size >= CLOSING_FILES) {
      await Promise.race(this.#closing);
    }
    this.#check();
  }

  async #complete(file: OpenFile): Promise<void> {
    const { address, onFile } = this.options;
    const { path, partition, part, object } = file;
    await this.#write(file, await part.finish());
    const { bytes, crc32, etag } = await object.complete();
    this.#objects.delete(object);
    const { client, signal } = this.surroundings;
    const written = { bucket: address.bucket, key: `${address.prefix}/${path}` };
    await persisting(client, signal, () => verifyObject(client, written, { bytes, crc32 }));
    this.#done.push({ path, rows: part.rowsWritten, bytes, crc32, etag, partition, copiedFrom: null });
    onFile();
  }

  #check(): void {
    if (this.#failure) {
      throw this.#failure.error;
    }
  }
}

function tooLong(partitions: readonly Partition[], key: string): GatewayError {
  const names = partitions.map(({ name }) => name).join(', ');
  return new GatewayError(
    'bad-request',
    `A value of ${names} is too long for the name of a directory: S3 takes keys of ${LONGEST_KEY_BYTES} bytes.`,
    {
      subject: names,
      detail: key,
      action: 'Partition by a column with shorter values.'
    }
  );
}
