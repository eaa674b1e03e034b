import { DataType } from 'apache-arrow';

/**
 * The type that Athena, Glue and Spark give to a column of our files. They have none for a time of day: it is read as
 * its microseconds. Source: https://docs.aws.amazon.com/athena/latest/ug/data-types.html
 */
export function hiveType(type: DataType): string {
  if (DataType.isBool(type)) {
    return 'boolean';
  }
  if (DataType.isInt(type)) {
    return INTEGERS[type.bitWidth] ?? 'bigint';
  }
  if (DataType.isFloat(type)) {
    return type.precision === 1 ? 'float' : 'double';
  }
  if (DataType.isDecimal(type)) {
    return `decimal(${type.precision},${type.scale})`;
  }
  if (DataType.isDate(type)) {
    return 'date';
  }
  if (DataType.isTimestamp(type)) {
    return 'timestamp';
  }
  if (DataType.isTime(type)) {
    return 'bigint';
  }
  if (DataType.isBinary(type)) {
    return 'binary';
  }
  if (DataType.isList(type)) {
    return `array<${hiveType(type.valueType)}>`;
  }
  return 'string';
}

const INTEGERS: Readonly<Record<number, string>> = { 8: 'tinyint', 16: 'smallint', 32: 'int', 64: 'bigint' };
