import { type DatasetFile, type DatasetVersion } from '../../contract/dataset';
import { type Dataset, type StoredObject } from '../../contract/storage';
import { type DatasetPlace } from '../tokens';

interface BaseRow {
  readonly id: string;
  readonly parentId: string | null;
  readonly level: number;
  /** From 1, among `siblings` rows. */
  readonly position: number;
  readonly siblings: number;
  /** Null where there is nothing below. */
  readonly expanded: boolean | null;
}

interface DatasetItem {
  readonly kind: 'dataset';
  readonly dataset: Dataset;
}

interface VersionItem {
  readonly kind: 'version';
  readonly dataset: DatasetPlace;
  readonly version: DatasetVersion;
  readonly isNewest: boolean;
}

interface FileItem {
  readonly kind: 'file';
  readonly dataset: DatasetPlace;
  readonly version: string;
  readonly file: DatasetFile;
}

interface ObjectItem {
  readonly kind: 'object';
  readonly bucket: string;
  readonly object: StoredObject;
}

interface NoteItem {
  readonly kind: 'note';
  readonly text: string;
  readonly isFailure: boolean;
}

export type Item = DatasetItem | VersionItem | FileItem | ObjectItem | NoteItem;

/** One line of the tree. */
export type DatasetRow = BaseRow & Item;

/** A row or item that rows can be read from. */
export type Readable = DatasetItem | VersionItem | FileItem | ObjectItem;

export const datasetId = ({ bucket, prefix }: DatasetPlace): string => `s3://${bucket}/${prefix}`;

export const versionId = (dataset: DatasetPlace, version: string): string =>
  `${datasetId(dataset)}/v=${version}`;

/** What stands below a row that was opened. */
export type Below<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly value: T }
  | { readonly kind: 'failed'; readonly reason: string };
