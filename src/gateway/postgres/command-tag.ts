/** The rows that the server says it has sent; null for a tag that counts none, such as that of SHOW. */
export function rowsOfTag(command: string): number | null {
  const [, rows] = /^(?:SELECT|FETCH) (\d+)$/.exec(command) ?? [];
  return rows === undefined ? null : Number(rows);
}
