import type { S3Client } from '@aws-sdk/client-s3';
import type { DatasetRequest, Manifest } from '../../contract/dataset';
import type { Deletion } from '../../contract/storage';
import type { Journal } from '../s3/journal';
import { deleteObjects } from '../s3/objects';
import { datasetObjects, olderVersion } from './data-object';
import { manifestKey, type DatasetAddress } from './layout';
import { Manifests } from './manifests';
import { removeFolder } from './remove';

const DAY_MS = 24 * 60 * 60_000;

/** Deletes versions that were asked to go: beyond a number or an age, the oldest first, and never the newest. */
export async function retain(
  client: S3Client,
  journal: Journal,
  address: DatasetAddress,
  { versions, days }: NonNullable<DatasetRequest['retain']>,
  nowMs: number
): Promise<number> {
  const { manifests } = await new Manifests(client, address).all();
  const old = manifests.filter(
    ({ committedAt }, index) =>
      index > 0 &&
      ((versions !== null && index >= Math.max(1, versions)) ||
        (days !== null && nowMs - Date.parse(committedAt) > days * DAY_MS))
  );
  for (const manifest of [...old].reverse()) {
    await removeVersion(client, journal, address, manifest);
  }
  return old.length;
}

/** Deletes one version that is not the newest. Throws GatewayError `not-found` or `bad-request`. */
export async function deleteVersion(
  client: S3Client,
  journal: Journal,
  address: DatasetAddress,
  version: string
): Promise<Deletion> {
  const manifest = await olderVersion(client, address, version);
  return removeVersion(client, journal, address, manifest);
}

/** Deletes all of a dataset and nothing beside it. Throws GatewayError `not-found` where there is none. */
export async function deleteDataset(client: S3Client, address: DatasetAddress): Promise<Deletion> {
  const { manifests, others, bytes } = await datasetObjects(client, address);
  // Without manifests nobody sees files that are half gone.
  await deleteObjects(client, address.bucket, manifests);
  await deleteObjects(client, address.bucket, others);
  return { objects: manifests.length + others.length, bytes, keys: [] };
}

async function removeVersion(
  client: S3Client,
  journal: Journal,
  address: DatasetAddress,
  { version, sequence }: Manifest
): Promise<Deletion> {
  const debt = { kind: 'version', bucket: address.bucket, key: address.prefix, id: version } as const;
  await journal.owe(debt);
  try {
    await deleteObjects(client, address.bucket, [manifestKey(address, sequence)]);
    const removed = await removeFolder(client, address, version);
    await journal.settle(debt);
    return { objects: removed.objects + 1, bytes: removed.bytes, keys: [] };
  } catch (error) {
    journal.leave(debt);
    throw error;
  }
}
