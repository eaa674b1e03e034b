/** One line of CSV as PostgreSQL's COPY writes it: NULL is nothing, an empty text is `""`. */
export function csvLine(cells: readonly (string | null)[]): string {
  return cells.map(cell => (cell === null ? '' : csvCell(cell))).join(',');
}

function csvCell(text: string): string {
  return text === '' || /[",\r\n]/.test(text) || text === '\\.' || text !== text.trim() ? quoted(text) : text;
}

/** One line with tabs between; a cell with a tab, a line end or a quote stands in quotes, as spreadsheets read it. */
export function tabLine(cells: readonly (string | null)[]): string {
  return cells.map(cell => (cell === null ? '' : tabCell(cell))).join('\t');
}

const tabCell = (text: string): string => (/[\t\r\n"]/.test(text) ? quoted(text) : text);

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
