import { AbortMultipartUploadCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Readable } from 'node:stream';
import { GatewayError } from '../gateway-error';
import { uriOf, type ObjectAddress } from './address';
import { s3Failure } from './s3-failure';

/** S3 takes 10,000 parts, so an object may have 156 GiB; up to four parts are in memory. */
const PART_BYTES = 16 * 2 ** 20;
const PARTS_IN_FLIGHT = 4;
const LARGEST_OBJECT_BYTES = 10_000 * PART_BYTES;

export interface ObjectUpload {
  readonly address: ObjectAddress;
  /** False makes S3 itself refuse to replace an object, also one that appeared meanwhile. */
  readonly overwrite: boolean;
  readonly contentType: string;
  readonly body: AsyncIterable<Uint8Array>;
  /** Called after the last byte of the body; the object appears only when it does not throw. */
  readonly confirm: () => void;
  /** Told the bytes that S3 has by now. */
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Uploads a stream of unknown length as one object, which is visible whole or not at all: whatever fails, the
 * parts are deleted before this rejects. Throws what the body or `confirm` throws, the reason of `signal`, or
 * GatewayError `bucket-missing`, `bucket-denied`, `object-exists`, `s3-unreachable` or `s3-failed`.
 */
export async function uploadObject(client: S3Client, upload: ObjectUpload): Promise<void> {
  const { address, signal } = upload;
  signal.throwIfAborted();
  const body = new ConfirmedBody(upload);
  const stream = Readable.from(body);
  // The upload throws it; a stream without this listener would throw it at the process.
  stream.on('error', () => undefined);
  const destroy = () => stream.destroy(signal.reason);
  signal.addEventListener('abort', destroy);
  const target = { Bucket: address.bucket, Key: address.key };
  const multipart = new Upload({
    client,
    params: {
      ...target,
      Body: stream,
      ContentType: upload.contentType,
      ...(upload.overwrite ? {} : { IfNoneMatch: '*' })
    },
    partSize: PART_BYTES,
    queueSize: PARTS_IN_FLIGHT
  });
  multipart.on('httpUploadProgress', ({ loaded }) => upload.onBytes(loaded ?? 0));
  try {
    await multipart.done();
  } catch (error) {
    const UploadId = multipart.uploadId;
    if (UploadId) {
      // Upload has tried this already; where both fail, the bucket's lifecycle rule deletes the parts.
      await client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
    }
    throw signal.aborted ? signal.reason : (body.failure ?? s3Failure(address, error));
  } finally {
    signal.removeEventListener('abort', destroy);
    stream.destroy();
  }
}

/** The body up to its confirmation; remembers its own failure, to tell it from those of S3. */
class ConfirmedBody implements AsyncIterable<Uint8Array> {
  failure: unknown;

  constructor(private readonly upload: ObjectUpload) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    const { address, body, confirm, signal } = this.upload;
    let bytes = 0;
    try {
      for await (const chunk of body) {
        bytes += chunk.length;
        if (bytes > LARGEST_OBJECT_BYTES) {
          throw tooLarge(address);
        }
        yield chunk;
      }
      signal.throwIfAborted();
      confirm();
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}

function tooLarge(address: ObjectAddress): GatewayError {
  const subject = uriOf(address);
  return new GatewayError('s3-failed', `The object ${subject} would be larger than 156 GiB.`, {
    subject,
    action: 'Export it in several parts, for example one for each month.'
  });
}
