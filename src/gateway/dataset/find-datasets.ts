import type { S3Client } from '@aws-sdk/client-s3';
import { MANIFESTS, summaryOf } from '../../contract/dataset';
import type { Datasets, StoredObject } from '../../contract/storage';
import { listFolder } from '../s3/folder';
import { isDataFile } from './data-object';
import { Manifests } from './manifests';

/** A bucket may have any number of folders; a person looks for a dataset in the upper ones. */
const DEEPEST = 5;
const MOST_FOLDERS = 300;
const FOLDERS_AT_ONCE = 8;
/** More of them than this are no list that anybody reads. */
const MOST_OBJECTS = 500;

/** Datasets and single files of rows below a prefix, by walking folders from the top. Rejects with what the AWS SDK throws. */
export async function findDatasets(client: S3Client, bucket: string, prefix: string): Promise<Datasets> {
  const found: string[] = [];
  const objects: StoredObject[] = [];
  let level = [prefix];
  let visited = 0;
  let complete = true;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === DEEPEST) {
      complete = false;
      break;
    }
    const below: string[] = [];
    for (let from = 0; from < level.length; from += FOLDERS_AT_ONCE) {
      const some = level.slice(from, from + Math.min(FOLDERS_AT_ONCE, MOST_FOLDERS - visited));
      visited += some.length;
      for (const folder of await Promise.all(some.map(one => listFolder(client, bucket, one)))) {
        complete &&= folder.complete;
        const manifests = folder.prefixes.find(one => one.endsWith(`/${MANIFESTS}`));
        if (manifests) {
          found.push(manifests.slice(0, -MANIFESTS.length - 1));
        } else {
          objects.push(...folder.objects.filter(({ key }) => isDataFile(key)));
        }
        below.push(
          ...folder.prefixes.filter(one => !manifests && !/(^|\/)(v=[^/]*|_[^/]*|\.[^/]*)\/$/.test(one))
        );
      }
      if (visited >= MOST_FOLDERS) {
        complete = false;
        break;
      }
    }
    level = visited >= MOST_FOLDERS ? [] : below;
  }
  const datasets = await Promise.all(
    found.sort().map(async one => {
      const newest = await new Manifests(client, { bucket, prefix: one }).newest().catch(() => null);
      return { bucket, prefix: one, newest: newest && summaryOf(newest) };
    })
  );
  const listed = objects.sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, MOST_OBJECTS);
  return { datasets, objects: listed, complete: complete && objects.length === listed.length };
}
