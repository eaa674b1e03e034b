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
import type { ObjectSettings } from '../../contract/object-settings';
import { readAwsError } from '../aws-failure';
import { GatewayError } from '../gateway-error';
import { uriOf, type ObjectAddress } from './address';
import type { Journal } from './journal';
import type { Lane } from './lane';
import { keptAs, ownedBy } from './object-settings';
import { listUploads, statObject, unquoted } from './objects';
import { partBytes } from './part-size';
import { isPassing, persisting } from './persist';

/** Parts of one object that are on their way while the next is filled. */
const PARTS_IN_FLIGHT = 2;
/** Where completing has failed for some ten seconds already, or somebody waits for the end of what has failed. */
const SHORT_PAUSES_MS = [500, 2_000];
const NEVER = new AbortController().signal;

export interface StoredObject {
  readonly bytes: number;
  /** Of the whole object, base64 of four bytes, the first the highest, as S3 writes it. */
  readonly crc32: string;
  readonly etag: string | null;
  /** S3 has told the same checksum of the whole object. */
  readonly confirmed: boolean;
}

export interface WriterSurroundings {
  readonly client: S3Client;
  readonly journal: Journal;
  /** Bounds the parts of all objects that are on their way. */
  readonly lane: Lane;
  readonly signal: AbortSignal;
  readonly contentType: string;
  readonly settings: ObjectSettings;
  /** False makes S3 refuse to replace an object that is there when this one is completed. */
  readonly overwrite: boolean;
  /** Nobody else uploads to the key, so that whatever is begun there may be aborted. */
  readonly ownsKey: boolean;
  /** Told the bytes of each part that S3 has taken. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * One new object in the making. It becomes visible with `complete` or not at all; S3 itself compares the checksum of
 * each part and of the whole, and its answers are compared with what was sent. Rejects with what the AWS SDK throws,
 * GatewayError `export-incomplete`, or the reason of the signal.
 */
export class ObjectWriter {
  /** The part that is being filled, as far as it is. */
  #part = new Uint8Array();
  #filled = 0;
  #bytes = 0;
  #checksum = 0;
  #uploadId: Promise<string> | null = null;
  /** An answer to beginning the upload was lost, and with it the id of what it may have begun. */
  #hasStray = false;
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

  /** Takes a copy of bytes, which must stay as they are until this resolves; waits while parts are on their way. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#bytes += bytes.length;
    this.#checksum = crc32(bytes, this.#checksum);
    for (let rest = this.#fill(bytes); this.#filled === this.#nextPart(); rest = this.#fill(rest)) {
      this.#send(this.#take());
      while (this.#inFlight.size >= PARTS_IN_FLIGHT) {
        await Promise.race(this.#inFlight);
      }
      this.#check();
    }
  }

  /** Makes the object visible. `signal` ends what is tried again; by default that of the surroundings. */
  async complete(signal = this.surroundings.signal): Promise<StoredObject> {
    const rest = this.#take();
    const checksum = base64(this.#checksum);
    this.surroundings.signal.throwIfAborted();
    if (!this.#uploadId) {
      return this.#put(rest, checksum, signal);
    }
    if (rest.length > 0) {
      this.#send(rest);
    }
    await Promise.all(this.#inFlight);
    this.#check();
    const UploadId = await this.#uploadId;
    const Parts = [...this.#parts].sort((a, b) => a.PartNumber! - b.PartNumber!);
    const stored = await this.#finish(UploadId, { Parts }, checksum, signal);
    await this.surroundings.journal.settle(this.#debt(UploadId));
    await this.#abortStray();
    return stored;
  }

  /** What is less than a part needs no upload of parts. */
  async #put(Body: Uint8Array, ChecksumCRC32: string, signal: AbortSignal): Promise<StoredObject> {
    const { client, contentType, settings, onBytes, lane } = this.surroundings;
    const target = { ...this.#target, ...this.#condition, ...keptAs(settings) };
    const stored = await lane.through(() =>
      this.#settingIt(ChecksumCRC32, signal, () =>
        client.send(
          new PutObjectCommand({
            ...target,
            Body,
            ContentType: contentType,
            ChecksumAlgorithm: 'CRC32',
            ChecksumCRC32
          })
        )
      )
    );
    onBytes(Body.length);
    return stored;
  }

  async #finish(
    UploadId: string,
    MultipartUpload: CompletedMultipartUpload,
    ChecksumCRC32: string,
    signal: AbortSignal
  ): Promise<StoredObject> {
    const { client, settings } = this.surroundings;
    const command = {
      ...{ ...this.#target, ...this.#condition, ...ownedBy(settings) },
      ...{ UploadId, MultipartUpload, ChecksumCRC32 },
      ChecksumType: 'FULL_OBJECT',
      MpuObjectSize: this.#bytes
    } as const;
    return this.#settingIt(ChecksumCRC32, signal, () =>
      client.send(new CompleteMultipartUploadCommand(command))
    );
  }

  /**
   * Where the answer to an earlier try was lost, S3 no longer knows the upload, or refuses to replace what that try has
   * written, or still does not answer; then what is there tells how it ended.
   */
  async #settingIt(
    checksum: string,
    signal: AbortSignal,
    send: () => Promise<{ readonly ETag?: string; readonly ChecksumCRC32?: string }>
  ): Promise<StoredObject> {
    let tries = 0;
    const stored = { bytes: this.#bytes, crc32: checksum };
    try {
      const { ETag, ChecksumCRC32 } = await persisting(this.surroundings.client, signal, () => {
        tries++;
        return send();
      });
      this.#compare('the object', ChecksumCRC32, checksum);
      return { ...stored, etag: unquoted(ETag), confirmed: ChecksumCRC32 === checksum };
    } catch (error) {
      const { client } = this.surroundings;
      const there = mayBeDone(error, tries)
        ? await persisting(client, signal, () => statObject(client, this.address), SHORT_PAUSES_MS).catch(
            () => null
          )
        : null;
      if (there?.bytes !== stored.bytes || there.crc32 !== checksum) {
        throw error;
      }
      return { ...stored, etag: there.etag, confirmed: true };
    }
  }

  /** Gives up what is not complete; nothing of it stays, or the journal knows of it. Never rejects. */
  async abort(): Promise<void> {
    this.#failure ??= { error: new Error('the object was given up') };
    this.#take();
    await Promise.allSettled(this.#inFlight);
    const id = await this.#uploadId?.catch(() => null);
    await this.#abortStray();
    if (!id) {
      return;
    }
    const debt = this.#debt(id);
    try {
      const { client, journal } = this.surroundings;
      // The signal may be what ended it.
      await persisting(client, NEVER, () => abortUpload(client, debt), SHORT_PAUSES_MS);
      await journal.settle(debt);
    } catch {
      this.surroundings.journal.leave(debt);
    }
  }

  async #abortStray(): Promise<void> {
    const { client, ownsKey } = this.surroundings;
    if (this.#hasStray && ownsKey) {
      // What cannot be aborted is left to the bucket's rule for uploads that nobody completes.
      await abortUploads(client, this.address.bucket, this.address.key).catch(() => undefined);
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
    const { client, lane, settings, signal } = this.surroundings;
    const UploadId = await (this.#uploadId ??= this.#begin());
    const ChecksumCRC32 = base64(crc32(Body));
    return lane.through(async () => {
      this.#check();
      const command = { ...this.#target, ...ownedBy(settings), UploadId, PartNumber, Body, ChecksumCRC32 };
      const answer = await persisting(client, signal, abortSignal =>
        client.send(new UploadPartCommand(command), { abortSignal })
      );
      const { ETag } = answer;
      this.#compare(`part ${PartNumber}`, answer.ChecksumCRC32, ChecksumCRC32);
      return { PartNumber, ETag, ChecksumCRC32 };
    });
  }

  async #begin(): Promise<string> {
    const { client, signal, contentType, settings, journal } = this.surroundings;
    let tries = 0;
    const command = {
      ...{ ...this.#target, ...keptAs(settings), ContentType: contentType },
      ...({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const)
    };
    const { UploadId, $metadata } = await persisting(client, signal, () => {
      this.#hasStray = tries++ > 0;
      return client.send(new CreateMultipartUploadCommand(command));
    });
    this.#hasStray ||= ($metadata.attempts ?? 1) > 1;
    if (!UploadId) {
      throw new Error('S3 began an upload without an id.');
    }
    const debt = this.#debt(UploadId);
    try {
      await journal.owe(debt);
    } catch (error) {
      // What no journal knows of must not be there.
      await abortUpload(client, debt).then(
        () => journal.settle(debt),
        () => journal.leave(debt)
      );
      throw error;
    }
    return UploadId;
  }

  /** Copies into the part what it has room for, and gives the rest. */
  #fill(bytes: Uint8Array): Uint8Array {
    const size = this.#nextPart();
    const taken = bytes.subarray(0, size - this.#filled);
    const needed = this.#filled + taken.length;
    if (needed > this.#part.length) {
      const larger = new Uint8Array(Math.min(size, Math.max(needed, 2 * this.#part.length)));
      larger.set(this.#part.subarray(0, this.#filled));
      this.#part = larger;
    }
    this.#part.set(taken, this.#filled);
    this.#filled = needed;
    return bytes.subarray(taken.length);
  }

  #take(): Uint8Array {
    const part = this.#part.subarray(0, this.#filled);
    this.#part = new Uint8Array();
    this.#filled = 0;
    return part;
  }

  #check(): void {
    this.surroundings.signal.throwIfAborted();
    if (this.#failure) {
      throw this.#failure.error;
    }
  }

  #compare(what: string, told: string | undefined, expected: string): void {
    if (told !== undefined && told !== expected) {
      const subject = uriOf(this.address);
      throw new GatewayError(
        'export-incomplete',
        `S3 has taken something else than was sent, so ${subject} was not completed.`,
        {
          subject,
          detail: `CRC-32 of ${what}: ${expected} was sent, S3 answers ${told}.`,
          action: 'Export again.'
        }
      );
    }
  }

  #debt(id: string) {
    return { kind: 'upload', ...this.address, id } as const;
  }

  get #target() {
    return { Bucket: this.address.bucket, Key: this.address.key };
  }

  get #condition() {
    return this.surroundings.overwrite ? {} : { IfNoneMatch: '*' };
  }
}

/** An answer that tells what an earlier try has done, or none at all. */
function mayBeDone(error: unknown, tries: number): boolean {
  const aws = readAwsError(error);
  const isRepeated = tries > 1 || aws.attempts > 1;
  return isRepeated && (aws.name === 'NoSuchUpload' || aws.status === 412 || isPassing(aws));
}

/** One that is complete or aborted already counts as aborted. */
export async function abortUpload(
  client: S3Client,
  { bucket, key, id }: ObjectAddress & { readonly id: string }
): Promise<void> {
  try {
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: id }));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'NoSuchUpload')) {
      throw error;
    }
  }
}

/** Of all uploads below a prefix. Rejects with what the AWS SDK throws. */
export async function abortUploads(client: S3Client, bucket: string, prefix: string): Promise<void> {
  for await (const upload of listUploads(client, bucket, prefix)) {
    await abortUpload(client, { bucket, ...upload });
  }
}

function base64(checksum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(checksum);
  return bytes.toString('base64');
}
