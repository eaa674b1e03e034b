import type { S3Client } from '@aws-sdk/client-s3';
import { awsFailure, readAwsError } from '../aws-failure';
import { abortUpload, abortUploads } from '../s3/object-writer';
import type { Debt } from '../s3/journal';
import { deleteObjects, listObjects } from '../s3/objects';
import { folderOf, uriOfDataset, type DatasetAddress } from './layout';
import { Manifests } from './manifests';

/**
 * Removes what an export has left: aborts its upload, or deletes the folder of its version, with uploads into it, unless a
 * manifest names it. Rejects when it is not known to be gone.
 */
export async function removeDebt(client: S3Client, { kind, bucket, key, id }: Debt): Promise<void> {
  if (kind === 'upload') {
    await abortUpload(client, { bucket, key, id });
    return;
  }
  const address = { bucket, prefix: key };
  const { manifests, unreadable } = await new Manifests(client, address).all();
  if (manifests.some(({ version }) => version === id)) {
    return;
  }
  if (unreadable > 0) {
    throw new Error(`One of the manifests of ${uriOfDataset(address)} that cannot be read might name ${id}.`);
  }
  // Those that a crash kept from the journal; a role that may not list them leaves them to the bucket.
  await abortUploads(client, bucket, `${key}/${folderOf(id)}`).catch((error: unknown) => {
    if (awsFailure(readAwsError(error)) !== 'denied') {
      throw error;
    }
  });
  await removeFolder(client, address, id);
}

/** Deletes everything in a version's folder and nothing else. Gives the number and bytes of the objects. */
export async function removeFolder(
  client: S3Client,
  { bucket, prefix }: DatasetAddress,
  version: string
): Promise<{ readonly objects: number; readonly bytes: number }> {
  const keys: string[] = [];
  let bytes = 0;
  for await (const object of listObjects(client, bucket, `${prefix}/${folderOf(version)}`)) {
    keys.push(object.key);
    bytes += object.bytes;
  }
  await deleteObjects(client, bucket, keys);
  return { objects: keys.length, bytes };
}
