import type { S3Client } from '@aws-sdk/client-s3';
import type { DatasetFile } from '../../contract/dataset';
import { GatewayError } from '../gateway-error';
import { listObjects } from '../s3/objects';
import { folderOf, uriOfDataset, type DatasetAddress } from './layout';

/**
 * Plain readers read all that lies in a version's folder, so it must be what the manifest will name: somebody may have
 * deleted from it while the export ran. Throws GatewayError `export-incomplete`, and what the AWS SDK throws.
 */
export async function confirmFolder(
  client: S3Client,
  address: DatasetAddress,
  version: string,
  files: readonly DatasetFile[]
): Promise<void> {
  const { bucket, prefix } = address;
  const expected = new Map(files.map(file => [`${prefix}/${file.path}`, file]));
  for await (const { key, bytes, etag } of listObjects(client, bucket, `${prefix}/${folderOf(version)}`)) {
    const file = expected.get(key);
    const isSame = file?.bytes === bytes && (file.etag === null || etag === null || file.etag === etag);
    if (!isSame) {
      throw incomplete(address, `${key} is ${file ? 'another than was written' : 'none of its files'}.`);
    }
    expected.delete(key);
  }
  const [missing] = expected.keys();
  if (missing !== undefined) {
    throw incomplete(address, `${missing} is gone.`);
  }
}

function incomplete(address: DatasetAddress, detail: string): GatewayError {
  const subject = uriOfDataset(address);
  return new GatewayError(
    'export-incomplete',
    `Somebody else changed the files of the version while it was written, so ${subject} has no new version.`,
    { subject, detail, action: 'Export again.' }
  );
}
