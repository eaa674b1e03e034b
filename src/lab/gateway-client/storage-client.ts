import { type Table } from 'apache-arrow';
import {
  parseDatasetVersions,
  parseManifest,
  type DatasetVersions,
  type Manifest
} from '../../contract/dataset';
import { ROUTES } from '../../contract/routes';
import {
  parseBuckets,
  parseDatasets,
  parseDeletion,
  parseFolder,
  type Buckets,
  type Datasets,
  type Deletion,
  type Folder
} from '../../contract/storage';
import { type GatewayHttp } from './gateway-http';
import { type DatasetPlace, type IStorageClient, type ObjectPlace } from '../tokens';

/** The gateway's routes about S3. */
export class StorageClient implements IStorageClient {
  constructor(private readonly http: GatewayHttp) {}

  buckets(signal?: AbortSignal): Promise<Buckets> {
    return this.http.json('GET', ROUTES.buckets, parseBuckets, { signal });
  }

  folder(bucket: string, prefix: string, signal?: AbortSignal): Promise<Folder> {
    return this.http.json('GET', path(ROUTES.folder, { bucket, prefix }), parseFolder, { signal });
  }

  datasets(bucket: string, signal?: AbortSignal): Promise<Datasets> {
    return this.http.json('GET', path(ROUTES.datasets, { bucket }), parseDatasets, { signal });
  }

  versions(dataset: DatasetPlace, signal?: AbortSignal): Promise<DatasetVersions> {
    return this.http.json('GET', path(ROUTES.versions, { ...dataset }), parseDatasetVersions, { signal });
  }

  manifest(dataset: DatasetPlace, version: string | null, signal?: AbortSignal): Promise<Manifest> {
    return this.http.json('GET', path(ROUTES.manifest, of(dataset, version)), parseManifest, { signal });
  }

  preview(
    place: DatasetPlace | ObjectPlace,
    version: string | null,
    limit: number,
    signal?: AbortSignal
  ): Promise<Table> {
    return this.http.table(path(ROUTES.preview, { ...of(place, version), limit: String(limit) }), signal);
  }

  deletion(place: DatasetPlace | ObjectPlace, version: string | null): Promise<Deletion> {
    return this.http.json('GET', path(ROUTES.deletion, of(place, version)), parseDeletion);
  }

  delete(place: DatasetPlace | ObjectPlace, version: string | null): Promise<Deletion> {
    const route = 'key' in place ? ROUTES.object : ROUTES.versions;
    return this.http.json('DELETE', path(route, of(place, version)), parseDeletion);
  }
}

const of = (place: DatasetPlace | ObjectPlace, version: string | null): Record<string, string> => ({
  ...place,
  ...(version === null ? {} : { version })
});

const path = (route: string, query: Readonly<Record<string, string>>): string =>
  `${route}?${new URLSearchParams(query)}`;
