import { csvLine, tabLine } from '../../cells/delimited-text';
import { type Field } from '../../contract/query';
import { pythonRow } from './python-values';

/** A way to write rows as text. */
export interface CopyFormat {
  readonly label: string;
  /** What stands above the rows. */
  header(fields: readonly Field[]): readonly string[];
  row(cells: readonly (string | null)[], fields: readonly Field[]): string;
  footer(): readonly string[];
}

const nothing = (): readonly string[] => [];

export const COPY_FORMATS = {
  tsv: { label: 'tab-separated', header: nothing, row: tabLine, footer: nothing },
  csv: {
    label: 'CSV',
    header: fields => [csvLine(fields.map(({ name }) => name))],
    row: csvLine,
    footer: nothing
  },
  markdown: {
    label: 'Markdown',
    header: fields => [
      markdownLine(fields.map(({ name }) => name)),
      `|${fields.map(({ arrow }) => (/^(Int|Float|Decimal)/.test(arrow) ? ' ---: ' : ' --- ')).join('|')}|`
    ],
    row: cells => markdownLine(cells),
    footer: nothing
  },
  /** A list, of tuples where there are several columns. */
  python: { label: 'Python', header: () => ['['], row: pythonRow, footer: () => [']'] }
} as const satisfies Readonly<Record<string, CopyFormat>>;

export type CopyFormatName = keyof typeof COPY_FORMATS;

function markdownLine(cells: readonly (string | null)[]): string {
  return `| ${cells.map(cell => (cell === null ? 'NULL' : markdownCell(cell))).join(' | ')} |`;
}

function markdownCell(text: string): string {
  return text.replace(/[\\|]/g, '\\$&').replace(/\r\n|\r|\n/g, '<br>');
}
