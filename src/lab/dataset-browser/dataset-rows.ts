import { type DatasetVersions, type Manifest } from '../../contract/dataset';
import { type Dataset, type Datasets, type StoredObject } from '../../contract/storage';
import { type Below, datasetId, type DatasetRow, type Item, versionId } from './dataset-row';

/** A version may have ten thousand files; a person looks at some. */
const MOST_FILES = 200;

interface Openings {
  readonly isOpen: (id: string) => boolean;
  readonly versions: (id: string) => Below<DatasetVersions> | undefined;
  readonly manifest: (id: string) => Below<Manifest> | undefined;
}

interface Node {
  readonly id: string;
  readonly item: Item;
  /** Null where there is nothing below. */
  readonly below: (() => readonly Node[]) | null;
}

/** The visible rows from top to bottom: datasets, then single files. */
export function datasetRows(
  bucket: string,
  { datasets, objects, complete }: Datasets,
  openings: Openings
): readonly DatasetRow[] {
  const nodes = [
    ...datasets.map(dataset => datasetNode(dataset, openings)),
    ...objects.map(object => objectNode(bucket, object)),
    ...(complete ? [] : [note('more', 'There is more in this bucket than is looked through.')])
  ];
  return [...flat(nodes, null, 1, openings)];
}

function* flat(
  nodes: readonly Node[],
  parentId: string | null,
  level: number,
  openings: Openings
): Generator<DatasetRow> {
  for (const [index, { id, item, below }] of nodes.entries()) {
    const expanded = below ? openings.isOpen(id) : null;
    yield { id, parentId, level, position: index + 1, siblings: nodes.length, expanded, ...item };
    if (expanded && below) {
      yield* flat(below(), id, level + 1, openings);
    }
  }
}

function datasetNode(dataset: Dataset, openings: Openings): Node {
  const id = datasetId(dataset);
  return {
    id,
    item: { kind: 'dataset', dataset },
    below: () =>
      known(id, openings.versions(id), ({ versions, unreadable }) => [
        ...versions.map((version, index): Node => {
          const own = versionId(dataset, version.version);
          return {
            id: own,
            item: { kind: 'version', dataset, version, isNewest: index === 0 },
            below: () => known(own, openings.manifest(own), manifest => fileNodes(own, dataset, manifest))
          };
        }),
        ...(unreadable > 0 ? [note(`${id}/unreadable`, `${unreadable} manifests cannot be read.`, true)] : [])
      ])
  };
}

function fileNodes(id: string, dataset: Dataset, { files, version }: Manifest): readonly Node[] {
  const more = files.length - MOST_FILES;
  return [
    ...files.slice(0, MOST_FILES).map((file): Node => ({
      id: `${datasetId(dataset)}/${file.path}`,
      item: { kind: 'file', dataset, version, file },
      below: null
    })),
    ...(more > 0 ? [note(`${id}/more`, `and ${more.toLocaleString('en-US')} more files`)] : []),
    ...(files.length === 0 ? [note(`${id}/empty`, 'This version has no files.')] : [])
  ];
}

function objectNode(bucket: string, object: StoredObject): Node {
  return { id: `s3://${bucket}/${object.key}`, item: { kind: 'object', bucket, object }, below: null };
}

function known<T>(
  id: string,
  below: Below<T> | undefined,
  nodes: (value: T) => readonly Node[]
): readonly Node[] {
  switch (below?.kind) {
    case 'ready':
      return nodes(below.value);
    case 'failed':
      return [note(`${id}/failed`, below.reason, true)];
    case 'loading':
    case undefined:
      return [note(`${id}/loading`, 'Reading…')];
  }
}

const note = (id: string, text: string, isFailure = false): Node => ({
  id: `note ${id}`,
  item: { kind: 'note', text, isFailure },
  below: null
});
