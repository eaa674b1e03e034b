import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type ListMultipartUploadsCommandOutput,
  type S3Client
} from '@aws-sdk/client-s3';
import type { ObjectSettings } from '../../contract/object-settings';
import { keptAs } from './object-settings';
import type { StoredObject } from './object-writer';
import { uriOf, type ObjectAddress } from './address';
import { GatewayError } from '../gateway-error';

/** What S3 deletes with one request. */
const DELETED_AT_ONCE = 1000;

interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string | null;
}

/** All objects below a prefix, in the order of their keys. Rejects with what the AWS SDK throws. */
export async function* listObjects(
  client: S3Client,
  Bucket: string,
  Prefix: string
): AsyncGenerator<ListedObject, void, undefined> {
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
    for (const { Key, Size, ETag } of page.Contents ?? []) {
      yield { key: Key ?? '', bytes: Size ?? 0, etag: unquoted(ETag) };
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
}

/** Uploads that are neither complete nor aborted, below a prefix. Rejects with what the AWS SDK throws. */
export async function* listUploads(
  client: S3Client,
  Bucket: string,
  Prefix: string
): AsyncGenerator<{ readonly key: string; readonly id: string }, void, undefined> {
  let from: { readonly KeyMarker?: string; readonly UploadIdMarker?: string } | null = {};
  while (from) {
    const page: ListMultipartUploadsCommandOutput = await client.send(
      new ListMultipartUploadsCommand({ Bucket, Prefix, ...from })
    );
    for (const { Key, UploadId } of page.Uploads ?? []) {
      yield { key: Key ?? '', id: UploadId ?? '' };
    }
    from = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
      : null;
  }
}

/** The object's text; null where there is none. */
export async function readText(client: S3Client, { bucket, key }: ObjectAddress): Promise<string | null> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString()) ?? '';
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') {
      return null;
    }
    throw error;
  }
}

/** What S3 says that it holds at an address; `crc32` is null where it does not know that of the whole object. */
export async function statObject(
  client: S3Client,
  { bucket, key }: ObjectAddress
): Promise<{ readonly bytes: number; readonly crc32: string | null; readonly etag: string | null } | null> {
  try {
    const head = await client.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' })
    );
    return {
      bytes: head.ContentLength ?? 0,
      crc32: head.ChecksumType === 'COMPOSITE' ? null : (head.ChecksumCRC32 ?? null),
      etag: unquoted(head.ETag)
    };
  } catch (error) {
    if (error instanceof Error && (error.name === 'NotFound' || error.name === 'NoSuchKey')) {
      return null;
    }
    throw error;
  }
}

/** Throws GatewayError `export-incomplete` unless S3 holds exactly what was written. */
export async function verifyObject(
  client: S3Client,
  address: ObjectAddress,
  written: Pick<StoredObject, 'bytes'> & { readonly crc32: string | null }
): Promise<void> {
  const stored = await statObject(client, address);
  const uri = uriOf(address);
  const expected = `${written.bytes} bytes with CRC-32 ${written.crc32}`;
  const found = stored ? `${stored.bytes} bytes with CRC-32 ${stored.crc32}` : 'no object';
  const isSame =
    stored?.bytes === written.bytes &&
    (stored.crc32 === null || written.crc32 === null || stored.crc32 === written.crc32);
  if (!isSame) {
    throw new GatewayError(
      'export-incomplete',
      `S3 holds something else at ${uri} than was written, so the export was not completed.`,
      { subject: uri, detail: `Written: ${expected}. S3 answers: ${found}.`, action: 'Export again.' }
    );
  }
}

/** Copies within S3, at most 5 GB an object; the bytes do not pass through this machine. */
export async function copyObject(
  client: S3Client,
  bucket: string,
  from: string,
  to: string,
  settings: ObjectSettings
): Promise<{ readonly etag: string | null }> {
  const { CopyObjectResult } = await client.send(
    new CopyObjectCommand({
      Bucket: bucket,
      Key: to,
      CopySource: `${bucket}/${from.split('/').map(encodeURIComponent).join('/')}`,
      ChecksumAlgorithm: 'CRC32',
      ...keptAs(settings),
      ...(settings.bucketOwner === null ? {} : { ExpectedSourceBucketOwner: settings.bucketOwner }),
      ...(settings.tags ? { TaggingDirective: 'REPLACE' } : {})
    })
  );
  return { etag: unquoted(CopyObjectResult?.ETag) };
}

/** Rejects when one of them could not be deleted; those that do not exist count as deleted. */
export async function deleteObjects(
  client: S3Client,
  Bucket: string,
  keys: readonly string[]
): Promise<void> {
  for (let from = 0; from < keys.length; from += DELETED_AT_ONCE) {
    const Objects = keys.slice(from, from + DELETED_AT_ONCE).map(Key => ({ Key }));
    const { Errors } = await client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } })
    );
    const [first] = Errors ?? [];
    if (first) {
      throw Object.assign(new Error(`${first.Key}: ${first.Message}`), { name: first.Code ?? 'Error' });
    }
  }
}

/** S3 writes them in quotes. */
export function unquoted(etag: string | undefined): string | null {
  return etag?.replaceAll('"', '') ?? null;
}
