import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedMultipartUpload,
  type CompletedPart,
  type S3Client
} from '@aws-sdk/client-s3';
import { crc32 } from 'node:zlib';
import type { ObjectAddress } from './address';
import type { Journal } from './journal';
import type { Lane } from './lane';
import { partBytes } from './part-size';
import { persisting } from './persist';

/** Parts of one object that are on their way while the next is filled. */
const PARTS_IN_FLIGHT = 2;

export interface StoredObject {
  readonly bytes: number;
  /** Of the whole object, base64 of four bytes, the first the highest, as S3 writes it. */
  readonly crc32: string;
  readonly etag: string | null;
}

export interface WriterSurroundings {
  readonly client: S3Client;
  readonly journal: Journal;
  /** Bounds the parts of all objects that are on their way. */
  readonly lane: Lane;
  readonly signal: AbortSignal;
  readonly contentType: string;
  /** Told the bytes of each part that S3 has taken. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * One new object in the making. It becomes visible with `complete` or not at all; S3 itself compares the checksum of
 * each part and of the whole. Rejects with what the AWS SDK throws, or the reason of the signal.
 */
export class ObjectWriter {
  #chunks: Uint8Array[] = [];
  #filled = 0;
  #bytes = 0;
  #checksum = 0;
  #uploadId: Promise<string> | null = null;
  readonly #parts: CompletedPart[] = [];
  readonly #inFlight = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | null = null;

  constructor(
    private readonly address: ObjectAddress,
    private readonly surroundings: WriterSurroundings
  ) {}

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes bytes, which must stay as they are; waits while parts are on their way. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#bytes += bytes.length;
    this.#checksum = crc32(bytes, this.#checksum);
    this.#chunks.push(bytes);
    this.#filled += bytes.length;
    for (let size = this.#nextPart(); this.#filled >= size; size = this.#nextPart()) {
      this.#send(this.#take(size));
      while (this.#inFlight.size >= PARTS_IN_FLIGHT) {
        await Promise.race(this.#inFlight);
      }
      this.#check();
    }
  }

  /** Makes the object visible. */
  async complete(): Promise<StoredObject> {
    const { client, signal, contentType, onBytes, lane } = this.surroundings;
    const target = this.#target;
    const rest = this.#take(this.#filled);
    const checksum = base64(this.#checksum);
    signal.throwIfAborted();
    if (!this.#uploadId) {
      const command = () =>
        new PutObjectCommand({ ...target, Body: rest, ContentType: contentType, ChecksumCRC32: checksum });
      const { ETag } = await lane.through(() => persisting(client, signal, () => client.send(command())));
      onBytes(rest.length);
      return { bytes: this.#bytes, crc32: checksum, etag: unquoted(ETag) };
    }
    if (rest.length > 0) {
      this.#send(rest);
    }
    await Promise.all(this.#inFlight);
    this.#check();
    const UploadId = await this.#uploadId;
    const Parts = [...this.#parts].sort((a, b) => a.PartNumber! - b.PartNumber!);
    const etag = await this.#finish(UploadId, { Parts }, checksum);
    await this.surroundings.journal.settle(this.#debt(UploadId));
    return { bytes: this.#bytes, crc32: checksum, etag };
  }

  /** Where the answer to a first try was lost, S3 no longer knows the upload; who verifies the object finds out how it ended. */
  async #finish(UploadId: string, MultipartUpload: CompletedMultipartUpload, ChecksumCRC32: string) {
    const { client, signal } = this.surroundings;
    const command = {
      ...this.#target,
      UploadId,
      MultipartUpload,
      ChecksumCRC32,
      ChecksumType: 'FULL_OBJECT'
    } as const;
    try {
      const { ETag } = await persisting(client, signal, () =>
        client.send(new CompleteMultipartUploadCommand(command))
      );
      return unquoted(ETag);
    } catch (error) {
      if (error instanceof Error && error.name === 'NoSuchUpload') {
        return null;
      }
      throw error;
    }
  }

  /** Gives up what is not complete; nothing of it stays, or the journal knows of it. Never rejects. */
  async abort(): Promise<void> {
    this.#failure ??= { error: new Error('the object was given up') };
    this.#chunks = [];
    await Promise.allSettled(this.#inFlight);
    const id = await this.#uploadId?.catch(() => null);
    if (!id) {
      return;
    }
    const debt = this.#debt(id);
    try {
      await abortUpload(this.surroundings.client, debt.bucket, debt.key, id);
      await this.surroundings.journal.settle(debt);
    } catch {
      this.surroundings.journal.leave(debt);
    }
  }

  #nextPart(): number {
    return partBytes(this.#parts.length + 1);
  }

  #send(body: Uint8Array): void {
    const PartNumber = this.#parts.push({});
    const place = PartNumber - 1;
    const sending = this.#upload(body, PartNumber)
      .then(
        part => {
          this.#parts[place] = part;
          this.surroundings.onBytes(body.length);
        },
        (error: unknown) => {
          this.#failure ??= { error };
        }
      )
      .finally(() => this.#inFlight.delete(sending));
    this.#inFlight.add(sending);
  }

  async #upload(Body: Uint8Array, PartNumber: number): Promise<CompletedPart> {
    const { client, lane, signal } = this.surroundings;
    const UploadId = await (this.#uploadId ??= this.#begin());
    const ChecksumCRC32 = base64(crc32(Body));
    return lane.through(async () => {
      this.#check();
      const command = { ...this.#target, UploadId, PartNumber, Body, ChecksumCRC32 };
      const { ETag } = await persisting(client, signal, abortSignal =>
        client.send(new UploadPartCommand(command), { abortSignal })
      );
      return { PartNumber, ETag, ChecksumCRC32 };
    });
  }

  async #begin(): Promise<string> {
    const { client, signal, contentType, journal } = this.surroundings;
    const { UploadId } = await persisting(client, signal, () =>
      client.send(
        new CreateMultipartUploadCommand({
          ...this.#target,
          ContentType: contentType,
          ChecksumAlgorithm: 'CRC32',
          ChecksumType: 'FULL_OBJECT'
        })
      )
    );
    if (!UploadId) {
      throw new Error('S3 began an upload without an id.');
    }
    await journal.owe(this.#debt(UploadId));
    return UploadId;
  }

  #take(bytes: number): Uint8Array {
    const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#chunks = bytes < all.length ? [all.subarray(bytes)] : [];
    this.#filled -= bytes;
    return all.subarray(0, bytes);
  }

  #check(): void {
    this.surroundings.signal.throwIfAborted();
    if (this.#failure) {
      throw this.#failure.error;
    }
  }

  #debt(id: string) {
    return { kind: 'upload', ...this.address, id } as const;
  }

  get #target() {
    return { Bucket: this.address.bucket, Key: this.address.key };
  }
}

/** One that is complete or aborted already counts as aborted. */
export async function abortUpload(
  client: S3Client,
  Bucket: string,
  Key: string,
  UploadId: string
): Promise<void> {
  try {
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'NoSuchUpload')) {
      throw error;
    }
  }
}

function base64(checksum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(checksum);
  return bytes.toString('base64');
}

function unquoted(etag: string | undefined): string | null {
  return etag?.replaceAll('"', '') ?? null;
}
