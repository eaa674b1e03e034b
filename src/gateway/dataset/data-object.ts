import type { S3Client } from '@aws-sdk/client-s3';
import { MANIFESTS } from '../../contract/dataset';
import type { Deletion } from '../../contract/storage';
import { GatewayError } from '../gateway-error';
import { uriOf, type ObjectAddress } from '../s3/address';
import { deleteObjects, listObjects, statObject } from '../s3/objects';
import { folderOf, JOBS, manifestKey, uriOfDataset, type DatasetAddress } from './layout';
import { Manifests } from './manifests';

/** Keys that a person is shown before a deletion. */
const SHOWN_KEYS = 100;

/** Whether a key's ending is one of the formats that exports have. */
export function isDataFile(key: string): boolean {
  return /\.(parquet|csv|csv\.gz|arrow)$/.test(key);
}

/** What deleting a version would take. Throws GatewayError as the deletion would. */
export async function versionDeletion(
  client: S3Client,
  address: DatasetAddress,
  version: string
): Promise<Deletion> {
  const { sequence } = await olderVersion(client, address, version);
  const keys: string[] = [];
  let bytes = 0;
  for (const prefix of [manifestKey(address, sequence), `${address.prefix}/${folderOf(version)}`]) {
    for await (const object of listObjects(client, address.bucket, prefix)) {
      keys.push(object.key);
      bytes += object.bytes;
    }
  }
  return { objects: keys.length, bytes, keys: keys.slice(0, SHOWN_KEYS) };
}

/** What deleting a whole dataset would take, its manifests first. Throws GatewayError `not-found` where there is none. */
export async function datasetDeletion(client: S3Client, address: DatasetAddress): Promise<Deletion> {
  const { manifests, others, bytes } = await datasetObjects(client, address);
  const keys = [...manifests, ...others];
  return { objects: keys.length, bytes, keys: keys.slice(0, SHOWN_KEYS) };
}

/** All versions, those that were never committed too, and what jobs on Spark have left of themselves. */
export async function datasetObjects(client: S3Client, address: DatasetAddress) {
  const { bucket, prefix } = address;
  const found = { manifests: [] as string[], others: [] as string[], bytes: 0 };
  for await (const object of listObjects(client, bucket, `${prefix}/`)) {
    const rest = object.key.slice(prefix.length + 1);
    const isManifest = rest.startsWith(MANIFESTS);
    if (isManifest || rest.startsWith('v=') || rest.startsWith(JOBS)) {
      (isManifest ? found.manifests : found.others).push(object.key);
      found.bytes += object.bytes;
    }
  }
  if (found.manifests.length + found.others.length === 0) {
    throw noDataset(address);
  }
  return found;
}

/** A committed version that is not the newest. Throws GatewayError `not-found` or `bad-request`. */
export async function olderVersion(client: S3Client, address: DatasetAddress, version: string) {
  const manifests = new Manifests(client, address);
  const manifest = await manifests.find(version);
  if (manifest.sequence === (await manifests.newestSequence())) {
    const subject = uriOfDataset(address);
    throw new GatewayError('bad-request', `${version} is the newest version of ${subject}.`, {
      subject,
      action: 'Export a new version first.'
    });
  }
  return manifest;
}

/** What deleting a single file would take. Throws GatewayError `not-found` or `bad-request`. */
export async function objectDeletion(client: S3Client, address: ObjectAddress): Promise<Deletion> {
  const subject = uriOf(address);
  const isOfDataset = `/${address.key}`.includes(`/${MANIFESTS}`) || /(^|\/)v=[^/]*\//.test(address.key);
  if (isOfDataset || !isDataFile(address.key)) {
    throw new GatewayError('bad-request', `${subject} is no single Parquet, CSV or Arrow file.`, {
      subject,
      action: 'Delete a version of its dataset, or use the S3 console.'
    });
  }
  const stored = await statObject(client, address);
  if (!stored) {
    throw new GatewayError('not-found', `There is no object at ${subject}.`, {
      subject,
      action: 'Refresh the list; somebody else may have deleted it.'
    });
  }
  return { objects: 1, bytes: stored.bytes, keys: [address.key] };
}

/** Deletes a single file and gives what went. Throws as `objectDeletion` does. */
export async function deleteDataObject(client: S3Client, address: ObjectAddress): Promise<Deletion> {
  const deletion = await objectDeletion(client, address);
  await deleteObjects(client, address.bucket, [address.key]);
  return { ...deletion, keys: [] };
}

export function noDataset(address: DatasetAddress): GatewayError {
  const subject = uriOfDataset(address);
  return new GatewayError('not-found', `There is no dataset at ${subject}.`, {
    subject,
    action: 'Look for it in the list of datasets, or export to it first.'
  });
}
