import { type Field } from '../../contract/query';

/** A line of a Python list: the value of a single column, a tuple of several. */
export function pythonRow(cells: readonly (string | null)[], fields: readonly Field[]): string {
  const values = cells.map((cell, index) => pythonValue(cell, fields[index]!));
  return values.length === 1 ? `    ${values[0]},` : `    (${values.join(', ')}),`;
}

/** Whole and floating numbers, truth and bytes as what they are; numeric as Decimal, and the rest as text. */
function pythonValue(cell: string | null, { type, arrow }: Field): string {
  if (cell === null) {
    return 'None';
  }
  if (arrow === 'Bool') {
    return cell === 'true' ? 'True' : 'False';
  }
  if (/^U?Int\d/.test(arrow)) {
    return cell;
  }
  if (/^Float/.test(arrow)) {
    return /^-?[\d.]+(e[-+]\d+)?$/.test(cell) ? cell : `float('${cell.toLowerCase()}')`;
  }
  if (/^numeric(\(.*\))?$/.test(type)) {
    return `Decimal('${cell}')`;
  }
  if (arrow === 'Binary') {
    return `bytes.fromhex('${cell.slice(2)}')`;
  }
  return pythonText(cell);
}

function pythonText(text: string): string {
  const escaped = Array.from(
    text,
    character => ESCAPES.get(character) ?? (isControl(character) ? hex(character) : character)
  ).join('');
  return `'${escaped}'`;
}

const ESCAPES = new Map([
  ['\\', '\\\\'],
  ["'", "\\'"],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t']
]);

/** Control characters, and the line ends of Unicode. */
const isControl = (character: string): boolean => /\p{Cc}|\u2028|\u2029/u.test(character);

const hex = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
