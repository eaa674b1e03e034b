/**
 * Thrift's compact protocol as Parquet's metadata uses it, read into a tree that keeps every field,
 * also those this project has no name for, and written back byte for byte.
 * Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export type ThriftValue =
  | { readonly type: typeof BOOL; readonly value: boolean }
  | { readonly type: typeof I8; readonly value: number }
  | { readonly type: typeof I16 | typeof I32 | typeof I64; readonly value: bigint }
  | { readonly type: typeof DOUBLE | typeof BINARY; readonly bytes: Uint8Array }
  | ThriftList
  | ThriftMap
  | ThriftStruct
  /** A struct that has been written already. */
  | { readonly type: typeof STRUCT; readonly encoded: Uint8Array };

export interface ThriftList {
  readonly type: typeof LIST | typeof SET;
  readonly elementType: number;
  readonly elements: readonly ThriftValue[];
}

export interface ThriftMap {
  readonly type: typeof MAP;
  readonly keyType: number;
  readonly valueType: number;
  readonly entries: readonly (readonly [ThriftValue, ThriftValue])[];
}

export interface ThriftStruct {
  readonly type: typeof STRUCT;
  /** By field id, in the order of the bytes. */
  readonly fields: ReadonlyMap<number, ThriftValue>;
}

export const TRUE = 1;
/** In a field's header true is 1 and false is 2; in a list's header either stands for a boolean. */
export const BOOL = 2;
export const I8 = 3;
export const I16 = 4;
export const I32 = 5;
export const I64 = 6;
export const DOUBLE = 7;
export const BINARY = 8;
export const LIST = 9;
export const SET = 10;
export const MAP = 11;
export const STRUCT = 12;
export const STOP = 0;
export const SHORT_LIST = 15;
