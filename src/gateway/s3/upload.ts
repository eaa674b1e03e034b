import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectSettings } from '../../contract/object-settings';
import { GatewayError } from '../gateway-error';
import type { ObjectAddress } from './address';
import type { Journal } from './journal';
import type { Lane } from './lane';
import { ownedBy } from './object-settings';
import { ObjectWriter, type StoredObject } from './object-writer';
import { statObject, verifyObject } from './objects';
import { persisting } from './persist';
import { isFromAws, s3Failure } from './s3-failure';

export interface UploadSurroundings {
  readonly client: S3Client;
  readonly journal: Journal;
  /** Bounds the parts of all objects that are on their way. */
  readonly lane: Lane;
}

export interface ObjectUpload {
  readonly address: ObjectAddress;
  /** False makes S3 itself refuse to replace an object, also one that appeared meanwhile. */
  readonly overwrite: boolean;
  readonly contentType: string;
  readonly settings: ObjectSettings;
  readonly body: AsyncIterable<Uint8Array>;
  /** Called after the last byte of the body; the object appears only when it does not throw. */
  readonly confirm: () => void;
  /** Told the bytes that S3 has by now. */
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Uploads a stream of unknown length as one object, which is visible whole or not at all: whatever fails, the parts are
 * deleted before this rejects, or the journal knows of them. Throws what the body or `confirm` throws, the reason of
 * `signal`, or GatewayError `bucket-missing`, `bucket-denied`, `s3-unreachable`, `object-exists`, `export-incomplete`,
 * `s3-failed`.
 */
export async function uploadObject(surroundings: UploadSurroundings, upload: ObjectUpload): Promise<void> {
  const { address, overwrite, contentType, settings, signal } = upload;
  signal.throwIfAborted();
  let sent = 0;
  const object = new ObjectWriter(address, {
    ...surroundings,
    ...{ overwrite, ownsKey: false, contentType, settings, signal },
    onBytes: bytes => upload.onBytes((sent += bytes))
  });
  try {
    for await (const chunk of upload.body) {
      await object.write(chunk);
    }
    signal.throwIfAborted();
    upload.confirm();
    // From here on a cancel comes too late.
    const stored = await object.complete(new AbortController().signal);
    await verify(surroundings.client, upload, stored);
  } catch (error) {
    await object.abort();
    throw signal.aborted ? signal.reason : isFromAws(error) ? s3Failure(address, error) : error;
  }
}

/** Where S3 does not tell what it has, its own comparison holds, which it made before the object appeared. */
async function verify(
  client: S3Client,
  { address, settings }: ObjectUpload,
  stored: StoredObject
): Promise<void> {
  try {
    await persisting(client, new AbortController().signal, () => verifyObject(client, address, stored));
  } catch (error) {
    if (!(error instanceof GatewayError) && stored.confirmed) {
      return;
    }
    await removeOurs(client, address, settings, stored).catch(() => undefined);
    throw error;
  }
}

/** What somebody else has put there meanwhile stays. */
async function removeOurs(
  client: S3Client,
  address: ObjectAddress,
  settings: ObjectSettings,
  { etag }: StoredObject
): Promise<void> {
  const there = await statObject(client, address);
  if (etag !== null && there?.etag === etag) {
    await client.send(
      new DeleteObjectCommand({
        Bucket: address.bucket,
        Key: address.key,
        IfMatch: etag,
        ...ownedBy(settings)
      })
    );
  }
}
