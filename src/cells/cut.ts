import { type Data, DataType } from 'apache-arrow';

/**
 * What of a long cell a page for a screen holds. A text or bytea of more than `bytes` bytes comes with `bytes + 1` to `bytes + 4` of
 * them, a list of more than `elements` elements with one more than that: a reader sees by the length that it has not got the whole.
 */
export interface Cut {
  readonly bytes: number;
  readonly elements: number;
}

export const CELL_CUT: Cut = { bytes: 1024, elements: 64 };

/** Elements of a list are shorter than a cell of their own. */
export const elementCut = ({ bytes, elements }: Cut): Cut => ({ bytes: bytes >> 3, elements });

/** Whether a cell of a page that was cut may not be whole. */
export function isCut(data: Data, index: number, cut: Cut = CELL_CUT): boolean {
  if (!('valueOffsets' in data) || !data.valueOffsets || !data.getValid(index)) {
    return false;
  }
  const from = Number(data.valueOffsets[index]);
  const to = Number(data.valueOffsets[index + 1]);
  if (!DataType.isList(data.type)) {
    return to - from > cut.bytes;
  }
  const element = data.children[0]!;
  const rows = Array.from({ length: to - from }, (_, at) => from + at);
  return rows.length > cut.elements || rows.some(row => isCut(element, row, elementCut(cut)));
}
