import { type Data, DataType, type Field } from 'apache-arrow';
import { textOf } from '../../cells/cell-text';
import { isTextNumeric } from './ordering';
import { strideOf } from './gather';

/** Writes what sorts a cell into `words` at `at`: unsigned, the most significant word first. */
type WriteWords = (index: number, words: readonly Uint32Array[], at: number) => void;

/** How many words sort a cell of a column. */
export function wordCount(field: Field): number {
  return DataType.isDecimal(field.type) ? field.type.bitWidth / 32 : 2;
}

/** Of the cells of one batch. `rest` is what the words leave out: the bytes after the eighth, or the text of a numeric. */
export interface SortableCells {
  readonly write: WriteWords;
  readonly rest: ((index: number) => Uint8Array) | null;
}

/** Two's complement and IEEE 754 turned into an order of unsigned words; everything else goes by the bytes of its text. */
export function sortableCells(field: Field, data: Data): SortableCells {
  const { type } = field;
  if (isTextNumeric(field)) {
    const text = textOf(data);
    const write = floatWords(index => Number(text(index)));
    return { write, rest: index => encoder.encode(beyondDouble(text(index) ?? '')) };
  }
  if (DataType.isFloat(type)) {
    return { write: floatWords(index => data.values[index]), rest: null };
  }
  if (DataType.isBool(type)) {
    const text = textOf(data);
    return { write: (index, [high], at) => (high![at] = text(index) === 'true' ? 1 : 0), rest: null };
  }
  if (DataType.isInt(type) || DataType.isDate(type) || DataType.isTime(type) || DataType.isTimestamp(type)) {
    return { write: strideOf(type) === 8 ? wideWords(data, 2) : narrowWords(data), rest: null };
  }
  if (DataType.isDecimal(type)) {
    return { write: wideWords(data, type.bitWidth / 32), rest: null };
  }
  return byteWords(bytesOf(data));
}

/** Up to 15 digits are told apart by a double, whose own text has no exponent between these bounds. */
function beyondDouble(text: string): string {
  const size = Math.abs(Number(text));
  const isPlain = size === 0 || (size >= 1e-6 && size < 1e21);
  return text.length <= 16 && isPlain ? '' : text;
}

function narrowWords(data: Data): WriteWords {
  return (index, [high], at) => {
    high![at] = (Number(data.values[index]) ^ 0x8000_0000) >>> 0;
  };
}

function wideWords(data: Data, count: number): WriteWords {
  const { buffer, byteOffset, byteLength } = data.values;
  const stored = new Uint32Array(buffer, byteOffset, byteLength >> 2);
  return (index, words, at) => {
    for (let word = 0; word < count; word++) {
      words[word]![at] = stored[count * index + count - 1 - word]!;
    }
    words[0]![at]! ^= 0x8000_0000;
  };
}

/** NaN stands above all numbers, as in PostgreSQL, and -0 is 0. */
function floatWords(value: (index: number) => number): WriteWords {
  const view = new DataView(new ArrayBuffer(8));
  return (index, [high, low], at) => {
    const number = value(index);
    view.setFloat64(0, number === 0 ? 0 : number);
    const [first, second] = [view.getUint32(0), view.getUint32(4)];
    const isNegative = first >= 0x8000_0000 && !Number.isNaN(number);
    high![at] = isNegative ? ~first >>> 0 : (first | 0x8000_0000) >>> 0;
    low![at] = isNegative ? ~second >>> 0 : second;
  };
}

function byteWords(bytes: (index: number) => Uint8Array): SortableCells {
  return {
    write: (index, [high, low], at) => {
      const cell = bytes(index);
      high![at] = bigEndian(cell, 0);
      low![at] = bigEndian(cell, 4);
    },
    rest: index => bytes(index).subarray(8)
  };
}

function bigEndian(bytes: Uint8Array, from: number): number {
  let word = 0;
  for (let at = from; at < from + 4; at++) {
    word = (word << 8) | (bytes[at] ?? 0);
  }
  return word >>> 0;
}

const encoder = new TextEncoder();

function bytesOf(data: Data): (index: number) => Uint8Array {
  if (DataType.isUtf8(data.type) || DataType.isBinary(data.type)) {
    return index => data.values.subarray(data.valueOffsets[index], data.valueOffsets[index + 1]);
  }
  const text = textOf(data);
  return index => encoder.encode(text(index) ?? '');
}
