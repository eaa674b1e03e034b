import type { S3Client } from '@aws-sdk/client-s3';
import { MANIFESTS, type DatasetRequest, type Manifest } from '../../contract/dataset';
import type { Deletion } from '../../contract/storage';
import type { Journal } from '../s3/journal';
import { deleteObjects, listObjects } from '../s3/objects';
import { olderVersion } from './data-object';
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

/** Deletes all versions, those that were never committed too, and nothing beside them. */
export async function deleteDataset(client: S3Client, { bucket, prefix }: DatasetAddress): Promise<Deletion> {
  const keys: { readonly manifests: string[]; readonly files: string[] } = { manifests: [], files: [] };
  let bytes = 0;
  for await (const object of listObjects(client, bucket, `${prefix}/`)) {
    const rest = object.key.slice(prefix.length + 1);
    const kind = rest.startsWith(MANIFESTS) ? 'manifests' : rest.startsWith('v=') ? 'files' : null;
    if (kind) {
      keys[kind].push(object.key);
      bytes += object.bytes;
    }
  }
  // Without manifests nobody sees files that are half gone.
  await deleteObjects(client, bucket, keys.manifests);
  await deleteObjects(client, bucket, keys.files);
  return { objects: keys.manifests.length + keys.files.length, bytes, keys: [] };
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
