import { CreateMultipartUploadCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectSettings } from '../../contract/object-settings';
import { readAwsError } from '../aws-failure';
import { GatewayError } from '../gateway-error';
import type { ObjectAddress } from './address';
import type { Journal } from './journal';
import { keptAs } from './object-settings';
import { abortUpload } from './object-writer';
import { objectExists, s3Failure } from './s3-failure';

/**
 * Finds out before any work is done whether the object can be written: begins a multipart upload and gives it up,
 * which needs the permissions that the export needs and no other, those on its key among them. Throws GatewayError `bucket-missing`,
 * `bucket-denied`, `s3-unreachable`, `s3-failed`, and without `overwrite` `object-exists`.
 */
export async function checkWritable(
  client: S3Client,
  journal: Journal,
  address: ObjectAddress,
  { overwrite, settings }: { readonly overwrite: boolean; readonly settings: ObjectSettings }
): Promise<void> {
  const target = { Bucket: address.bucket, Key: address.key };
  try {
    if (!overwrite && (await exists(client, address))) {
      throw objectExists(address);
    }
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ ...target, ...keptAs(settings) })
    );
    const debt = { kind: 'upload', ...address, id: UploadId ?? '' } as const;
    try {
      await journal.owe(debt).finally(() => abortUpload(client, debt));
      await journal.settle(debt);
    } catch (error) {
      journal.leave(debt);
      throw error;
    }
  } catch (error) {
    throw error instanceof GatewayError ? error : s3Failure(address, error);
  }
}

/** False also where S3 does not let the identity look; then it refuses to overwrite when the upload completes, and what follows says why. */
async function exists(client: S3Client, { bucket, key }: ObjectAddress): Promise<boolean> {
  try {
    await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return true;
  } catch (error) {
    const { status } = readAwsError(error);
    if (status === 404 || status === 403 || status === 400) {
      return false;
    }
    throw error;
  }
}
