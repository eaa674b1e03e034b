"""Decimals as the floats nearest to them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from .pages import chunks

# Up to here whole numbers and powers of ten are exact floats, so that one division rounds once, correctly.
EXACT_WHOLE = 2**53
EXACT_POWER = 22


def nearest_floats(column: pa.ChunkedArray) -> Any:
    """Return float64 values, NULL as NaN.

    Arrow's own cast multiplies by 10^-scale and gives 123456789.99000001 for 123456789.99.
    """
    is_small = pa.types.is_decimal128(column.type) and 0 <= column.type.scale <= EXACT_POWER
    floats = np.empty(len(column))
    for rows, chunk in chunks(column):
        floats[rows] = _small(chunk, column.type.scale) if is_small else _by_text(chunk)
    return floats


def nearest_float_lists(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return lists of float64."""
    return column.cast(pa.list_(pa.string())).cast(pa.list_(pa.float64()))


def _small(chunk: pa.Array, scale: int) -> Any:
    words = np.frombuffer(chunk.buffers()[1], np.int64, 2 * len(chunk), 16 * chunk.offset)
    low, high = words[0::2], words[1::2]
    absent = np.asarray(chunk.is_null())
    exact = (high == low >> 63) & (low <= EXACT_WHOLE) & (low >= -EXACT_WHOLE)
    if not (exact | absent).all():
        return _by_text(chunk)
    values = low / 10.0**scale
    values[absent] = np.nan
    return values


def _by_text(chunk: pa.Array) -> Any:
    return chunk.cast(pa.string()).cast(pa.float64()).to_numpy(zero_copy_only=False)
