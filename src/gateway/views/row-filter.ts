import { type Data, DataType, type Field } from 'apache-arrow';
import { textOf } from '../../cells/cell-text';
import { type Filter } from '../../contract/view';
import { GatewayError } from '../gateway-error';
import { compareNumericText } from './numeric-text';
import { orderingOf } from './ordering';
import { dayOf, instantOf, timeOfDayOf } from './time-value';

type Test = (index: number) => boolean;

/** Whether a cell of a batch satisfies a filter. Throws `bad-request` for a value that the column cannot have. */
export function filterTest(field: Field, { operator, value }: Filter, data: Data): Test {
  const isThere: Test = index => data.getValid(index);
  switch (operator) {
    case 'null':
      return index => !isThere(index);
    case 'not-null':
      return isThere;
    case 'contains':
    case 'lacks': {
      const [text, sought] = [textOf(data), value.toLowerCase()];
      const isWanted = operator === 'contains';
      return index => isThere(index) && text(index)!.toLowerCase().includes(sought) === isWanted;
    }
    default: {
      const [compare, holds] = [comparison(field, value, data), HOLDS[operator]];
      return index => isThere(index) && holds(compare(index));
    }
  }
}

const HOLDS: Readonly<Record<string, (difference: number) => boolean>> & {
  readonly [K in 'equals' | 'differs' | 'less' | 'at-most' | 'greater' | 'at-least']: (d: number) => boolean;
} = {
  equals: difference => difference === 0,
  differs: difference => difference !== 0,
  less: difference => difference < 0,
  'at-most': difference => difference <= 0,
  greater: difference => difference > 0,
  'at-least': difference => difference >= 0
};

/** Negative where a cell is below `value`. */
function comparison(field: Field, value: string, data: Data): (index: number) => number {
  switch (orderingOf(field)) {
    case 'number':
      return numberComparison(field, value, data);
    case 'time': {
      const sought = timeValue(field.type, value) ?? refuse(field, value, 'a date or a time');
      return index => order(BigInt(data.values[index]), sought);
    }
    case 'truth': {
      const [text, sought] = [textOf(data), truth(value) ?? refuse(field, value, 'true or false')];
      return index => order(text(index) === 'true' ? 1 : 0, sought ? 1 : 0);
    }
    case 'bytes': {
      if (!/^\\x([0-9a-f]{2})*$/i.test(value)) {
        refuse(field, value, 'bytes such as \\x00ff');
      }
      const sought = Buffer.from(value.slice(2), 'hex');
      return index => Buffer.compare(cellOf(data, index), sought);
    }
    case 'text': {
      if (DataType.isUtf8(field.type)) {
        const sought = Buffer.from(value);
        return index => Buffer.compare(cellOf(data, index), sought);
      }
      const text = textOf(data);
      return index => order(text(index)!, value);
    }
  }
}

function numberComparison(field: Field, value: string, data: Data): (index: number) => number {
  const text = value.trim();
  const isNumber = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text);
  if (!isNumber && !/^[-+]?(infinity|nan)$/i.test(text)) {
    refuse(field, value, 'a number');
  }
  const number = /nan/i.test(text) ? NaN : Number(text.replace(/infinity/i, 'Infinity'));
  if (DataType.isFloat(field.type)) {
    return index => orderDoubles(data.values[index], number);
  }
  if (DataType.isInt(field.type)) {
    const exact = /^[-+]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, '')) : null;
    const isWide = field.type.bitWidth > 32;
    return isWide && exact !== null
      ? index => order(data.values[index], exact)
      : index => orderDoubles(Number(data.values[index]), number);
  }
  const [cell, sought] = [textOf(data), /e/i.test(text) && isNumber ? String(number) : text];
  return index => compareNumericText(cell(index)!, sought);
}

/** PostgreSQL puts NaN above all numbers. */
function orderDoubles(one: number, other: number): number {
  return Number.isNaN(one) || Number.isNaN(other)
    ? order(Number.isNaN(one) ? 1 : 0, Number.isNaN(other) ? 1 : 0)
    : order(one, other);
}

function timeValue(type: DataType, value: string): bigint | null {
  if (DataType.isDate(type)) {
    return dayOf(value);
  }
  return DataType.isTime(type) ? timeOfDayOf(value) : instantOf(value);
}

const order = <T extends string | number | bigint>(one: T, other: T): number =>
  one < other ? -1 : one > other ? 1 : 0;

const truth = (value: string): boolean | null =>
  /^(t|true|y|yes|on|1)$/i.test(value.trim())
    ? true
    : /^(f|false|n|no|off|0)$/i.test(value.trim())
      ? false
      : null;

const cellOf = (data: Data, index: number): Uint8Array =>
  data.values.subarray(data.valueOffsets[index], data.valueOffsets[index + 1]);

function refuse(field: Field, value: string, expected: string): never {
  throw new GatewayError('bad-request', `Column "${field.name}" cannot be compared with "${value}".`, {
    action: `Give ${expected}.`
  });
}
