import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { summaryOf, type DatasetVersions, type Manifest } from '../../contract/dataset';
import type { Buckets, Datasets, Deletion, Folder } from '../../contract/storage';
import { GatewayError } from '../gateway-error';
import { firstRowGroup } from '../parquet/first-row-group';
import { previewParquet } from '../parquet/preview';
import type { Journal } from '../s3/journal';
import { listBuckets, listFolder } from '../s3/folder';
import { uriOf, type ObjectAddress } from '../s3/address';
import { statObject } from '../s3/objects';
import { s3Failure } from '../s3/s3-failure';
import { datasetDeletion, deleteDataObject, noDataset, objectDeletion, versionDeletion } from './data-object';
import { findDatasets } from './find-datasets';
import { uriOfDataset, type DatasetAddress } from './layout';
import { Manifests } from './manifests';
import { deleteDataset, deleteVersion } from './retention';

interface StorageEffects {
  readonly s3: S3Client;
  readonly journal: Journal;
  readonly dataBucket: string | null;
  /** The built `preview-worker.js`. */
  readonly previewWorker: string;
}

/** What a person sees of S3. Its methods throw GatewayError `bucket-missing`, `bucket-denied` and what they say. */
export class Storage {
  constructor(private readonly effects: StorageEffects) {}

  buckets(): Promise<Buckets> {
    const { s3, dataBucket } = this.effects;
    return told(dataBucket ?? '', '', () => listBuckets(s3, dataBucket));
  }

  folder(bucket: string, prefix: string): Promise<Folder> {
    return told(bucket, prefix, () => listFolder(this.effects.s3, bucket, prefix));
  }

  datasets(bucket: string, prefix: string): Promise<Datasets> {
    return told(bucket, prefix, () => findDatasets(this.effects.s3, bucket, prefix));
  }

  versions(address: DatasetAddress): Promise<DatasetVersions> {
    return told(address.bucket, address.prefix, async () => {
      const { manifests, unreadable } = await new Manifests(this.effects.s3, address).all();
      return { versions: manifests.map(summaryOf), unreadable };
    });
  }

  /** The newest without a version. Throws GatewayError `not-found` or `dataset-unreadable`. */
  manifest(address: DatasetAddress, version: string | null): Promise<Manifest> {
    return told(address.bucket, address.prefix, async () => {
      const manifests = new Manifests(this.effects.s3, address);
      const manifest = version === null ? await manifests.newest() : await manifests.find(version);
      if (!manifest) {
        throw noDataset(address);
      }
      return manifest;
    });
  }

  /** An Arrow IPC stream of the first rows of a version's first file with rows. Throws as `manifest` does. */
  async preview(
    address: DatasetAddress,
    version: string | null,
    rows: number,
    signal: AbortSignal
  ): Promise<Uint8Array> {
    const { files, fileFormat } = await this.manifest(address, version);
    const file = files.find(one => one.rows > 0) ?? files[0];
    if (!file || fileFormat !== 'parquet') {
      throw new GatewayError('not-found', 'This version has no Parquet file to preview.', {
        subject: uriOfDataset(address),
        action: 'Read it in a notebook.'
      });
    }
    return this.previewObject(
      { bucket: address.bucket, key: `${address.prefix}/${file.path}` },
      rows,
      signal
    );
  }

  /** The same of one Parquet object. Throws GatewayError `not-found`, `dataset-unreadable` or `result-too-large`. */
  previewObject(address: ObjectAddress, rows: number, signal: AbortSignal): Promise<Uint8Array> {
    const { bucket, key } = address;
    return told(bucket, key, async () => {
      const stored = await statObject(this.effects.s3, address);
      if (!stored) {
        throw new GatewayError('not-found', `There is no object at ${uriOf(address)}.`, {
          subject: uriOf(address),
          action: 'Refresh the list; somebody else may have deleted it.'
        });
      }
      const file = await firstRowGroup(stored.bytes, (from, until) => {
        if (until - from > MOST_PREVIEW_BYTES) {
          throw tooLarge(address);
        }
        return this.bytes(bucket, key, from, until);
      }).catch((error: unknown) => {
        throw error instanceof RangeError ? noParquet(address, error) : error;
      });
      return previewParquet(this.effects.previewWorker, { file, rows }, signal);
    });
  }

  /** What deleting a version, for null all of a dataset, or a single file would take. Throws as the deletion does. */
  deletion(address: DatasetAddress | ObjectAddress, version: string | null): Promise<Deletion> {
    const { s3 } = this.effects;
    if ('key' in address) {
      return told(address.bucket, address.key, () => objectDeletion(s3, address));
    }
    return told(address.bucket, address.prefix, () =>
      version === null ? datasetDeletion(s3, address) : versionDeletion(s3, address, version)
    );
  }

  /** A single file of rows. Throws GatewayError `not-found`, or `bad-request` for a file of a dataset. */
  deleteObject(address: ObjectAddress): Promise<Deletion> {
    return told(address.bucket, address.key, () => deleteDataObject(this.effects.s3, address));
  }

  /** Without a version all of the dataset. Throws GatewayError `not-found`, or `bad-request` for the newest version. */
  delete(address: DatasetAddress, version: string | null): Promise<Deletion> {
    const { s3, journal } = this.effects;
    return told(address.bucket, address.prefix, () =>
      version === null ? deleteDataset(s3, address) : deleteVersion(s3, journal, address, version)
    );
  }

  private async bytes(Bucket: string, Key: string, from: number, until: number): Promise<Uint8Array> {
    if (until <= from) {
      return new Uint8Array();
    }
    const { Body } = await this.effects.s3.send(
      new GetObjectCommand({ Bucket, Key, Range: `bytes=${from}-${until - 1}` })
    );
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  }
}

/** Row groups of other writers may be of any size; this one is held in memory. */
const MOST_PREVIEW_BYTES = 256 * 2 ** 20;

function tooLarge(address: ObjectAddress): GatewayError {
  return new GatewayError(
    'result-too-large',
    'The first row group of this file is too large for a preview.',
    {
      subject: uriOf(address),
      action: 'Read it in a notebook.'
    }
  );
}

function noParquet(address: ObjectAddress, error: RangeError): GatewayError {
  return new GatewayError('dataset-unreadable', 'The file cannot be read as Parquet.', {
    subject: uriOf(address),
    detail: error.message,
    action: 'Read it in a notebook, or with another program.'
  });
}

async function told<T>(bucket: string, key: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof GatewayError || !(error instanceof Error && '$metadata' in error)
      ? error
      : s3Failure({ bucket, key }, error, 'read');
  }
}
