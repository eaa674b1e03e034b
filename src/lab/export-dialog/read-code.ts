import { type ExportStatus } from '../../contract/export';

/** Python that reads what an export has written. */
export function readCode({
  uri,
  dataset,
  version
}: Pick<ExportStatus, 'uri' | 'dataset' | 'version'>): string {
  const address = JSON.stringify(uri);
  if (dataset) {
    const at = version === null ? '' : `  # .at(${JSON.stringify(version)}) for exactly this version`;
    return `from db_connection import db\n\ndf = db.dataset(${address}).to_pandas()${at}\n`;
  }
  return `import pandas as pd\n\ndf = pd.read_parquet(${address})\n`;
}
