import { DateDay, TimestampMicrosecond } from 'apache-arrow';
import type { Cells } from '../postgres/data-row';
import { NotRepresentable } from './column-builder';
import { EightByteColumn, FourByteColumn } from './fixed-width';

/** PostgreSQL counts from 2000-01-01, Arrow from 1970-01-01. */
const EPOCH_DAYS = 10_957;
const EPOCH_MICROSECONDS = 946_684_800_000_000n;
const EPOCH_HIGH = Number(EPOCH_MICROSECONDS >> 32n);
const EPOCH_LOW = Number(EPOCH_MICROSECONDS & 0xffff_ffffn);

const INT32_MAX = 0x7fff_ffff;
const INT32_MIN = -0x8000_0000;
/** PostgreSQL's own last day is in the year 5874897. */
const LAST_DAY = INT32_MAX - EPOCH_DAYS - 1;

/** `date`: days; infinity and -infinity stay int32's largest and smallest value. */
export class DateColumn extends FourByteColumn {
  constructor() {
    super(new DateDay());
  }
  protected override write(cells: Cells, column: number, firstRow: number): void {
    super.write(cells, column, firstRow);
    const { out } = this;
    for (let row = firstRow, end = firstRow + cells.rows; row < end; row++) {
      const days = out[row]!;
      if (days <= LAST_DAY) {
        out[row] = days === INT32_MIN ? INT32_MIN : days + EPOCH_DAYS;
      } else if (days !== INT32_MAX) {
        throw new RangeError('The server sent a date that PostgreSQL does not have.');
      }
    }
  }
  protected values(length: number): Int32Array {
    return this.out.subarray(0, length);
  }
}

/**
 * `timestamp` and `timestamptz`: microseconds; infinity and -infinity stay int64's largest and smallest
 * value. Moments after the year 294246, which int64 microseconds since 1970 cannot count or only as infinity, throw.
 */
export class TimestampColumn extends EightByteColumn {
  constructor(timezone: 'UTC' | null) {
    super(new TimestampMicrosecond(timezone));
  }
  protected override write(cells: Cells, column: number, firstRow: number): void {
    super.write(cells, column, firstRow);
    const { halves } = this;
    const { lengths, columns, rows } = cells;
    for (let run = 0, row = firstRow; run < rows; run++, row++) {
      const high = halves[2 * row + 1]!;
      const low = halves[2 * row]!;
      const infinite = (high === INT32_MAX && low === -1) || (high === INT32_MIN && low === 0);
      if (infinite || lengths[run * columns + column]! < 0) {
        continue;
      }
      const sum = (low >>> 0) + EPOCH_LOW;
      const shifted = high + EPOCH_HIGH + (sum > 0xffff_ffff ? 1 : 0);
      if (shifted > INT32_MAX || (shifted === INT32_MAX && (sum | 0) === -1)) {
        throw new NotRepresentable('A timestamp beyond the year 294246');
      }
      halves[2 * row] = sum;
      halves[2 * row + 1] = shifted;
    }
  }
}
