import { DataType, type Field } from 'apache-arrow';
import { type Ordering } from '../../contract/view';
import { contractType } from '../arrow/schema';

/** How cells of a column compare. A numeric that travels as text is still a number. */
export function orderingOf(field: Field): Ordering {
  const { type } = field;
  if (DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type)) return 'number';
  if (DataType.isDate(type) || DataType.isTime(type) || DataType.isTimestamp(type)) return 'time';
  if (DataType.isBool(type)) return 'truth';
  if (DataType.isBinary(type)) return 'bytes';
  return isTextNumeric(field) ? 'number' : 'text';
}

export function isTextNumeric(field: Field): boolean {
  return DataType.isUtf8(field.type) && /^numeric(\(.*\))?$/.test(contractType(field));
}
