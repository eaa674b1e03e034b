import type { Manifest, Partition } from '../../contract/dataset';
import { GatewayError } from '../gateway-error';
import { uriOfDataset, type DatasetAddress } from './layout';
import type { PartitionScheme } from './partition-scheme';

/** Throws GatewayError `dataset-mismatch` unless rows of `scheme` can stand beside those of `base`. */
export function checkCompatible(
  base: Manifest,
  { fields, partitions }: Pick<PartitionScheme, 'fields' | 'partitions'>,
  fileFormat: Manifest['fileFormat'],
  address: DatasetAddress
): void {
  const difference =
    differentColumn(base, fields) ??
    (partitionText(base.partitions) === partitionText(partitions)
      ? null
      : `it is partitioned by ${partitionText(base.partitions)}, and this export by ${partitionText(partitions)}`) ??
    (base.fileFormat === fileFormat
      ? null
      : `its files are ${base.fileFormat}, and those of this export ${fileFormat}`);
  if (difference) {
    const subject = uriOfDataset(address);
    throw new GatewayError(
      'dataset-mismatch',
      `The rows cannot join the newest version of ${subject}: ${difference}.`,
      { subject, action: 'Change the statement or the partitions, or export a new version.' }
    );
  }
}

function differentColumn(base: Manifest, fields: PartitionScheme['fields']): string | null {
  if (base.schema.length !== fields.length) {
    return `it has ${base.schema.length} columns, and this export ${fields.length}`;
  }
  for (const [index, { name, arrow }] of base.schema.entries()) {
    const field = fields[index]!;
    if (field.name !== name || field.arrow !== arrow) {
      return `its column ${index + 1} is ${name} (${arrow}), and that of this export ${field.name} (${field.arrow})`;
    }
  }
  return null;
}

function partitionText(partitions: readonly Partition[]): string {
  return partitions.length === 0 ? 'nothing' : partitions.map(({ name }) => name).join(', ');
}
