"""Dates and timestamps that Python's own types cannot show, as text.

PostgreSQL has ±infinity and the years 4713 BC to 294276 (dates: 5874897); Python the years 1 to 9999. A
column that goes beyond becomes text in ISO 8601, with the years of astronomers (0000 is 1 BC), and
``infinity``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .pages import chunks

FIRST = np.datetime64("0001-01-01", "D")
BEYOND = np.datetime64("10000-01-01", "D")


def readable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return `column`, or its texts when a value, also one in a list, is beyond Python's dates."""
    is_far = _lists_far if pa.types.is_list(column.type) else _is_far
    if not any(is_far(chunk) for _, chunk in chunks(column)):
        return column
    text = pa.list_(pa.string()) if pa.types.is_list(column.type) else pa.string()
    return pa.chunked_array([_as_text(chunk) for chunk in column.chunks], text)


def _lists_far(lists: pa.ListArray) -> bool:
    return _is_far(lists.flatten())


def _is_far(values: pa.Array) -> bool:
    if not (pa.types.is_date32(values.type) or pa.types.is_timestamp(values.type)):
        return False
    ends = pc.min_max(_numbers(values))
    if not ends["min"].is_valid:
        return False
    first, beyond = (
        int(day.astype(f"datetime64[{_unit(values.type)}]").astype(np.int64)) for day in (FIRST, BEYOND)
    )
    return bool(ends["min"].as_py() < first or ends["max"].as_py() >= beyond)


def _as_text(values: Any) -> pa.Array:
    if pa.types.is_list(values.type):
        lengths = pc.fill_null(values.value_lengths(), 0).to_numpy()
        offsets = pa.array(np.concatenate(([0], np.cumsum(lengths))), pa.int32())
        return pa.ListArray.from_arrays(offsets, _as_text(values.flatten()), mask=values.is_null())
    numbers = pc.fill_null(_numbers(values), 0).to_numpy()
    # Arrow's own cast counts years in 16 bits.
    texts = np.datetime_as_string(numbers.view(f"datetime64[{_unit(values.type)}]")).astype(object)
    for index in np.flatnonzero(np.char.startswith(texts.astype(str), "-")):
        # numpy writes the year of 44 BC as -043.
        year, rest = texts[index][1:].split("-", 1)
        texts[index] = f"-{year:0>4}-{rest}"
    if pa.types.is_timestamp(values.type) and values.type.tz is not None:
        texts = texts + "+00:00"
    for text, number in zip(("-infinity", "infinity"), _infinities(values.type), strict=True):
        texts[numbers == number] = text
    return pa.array(texts, pa.string(), mask=np.asarray(values.is_null()))


def _numbers(values: pa.Array) -> pa.Array:
    numbers = values.cast(pa.int32()) if pa.types.is_date32(values.type) else values
    return numbers.cast(pa.int64())


def _unit(kind: pa.DataType) -> str:
    return "D" if pa.types.is_date32(kind) else str(kind.unit)


def _infinities(kind: pa.DataType) -> tuple[int, int]:
    """±infinity as the gateway hands it on."""
    whole = np.iinfo(np.int32 if pa.types.is_date32(kind) else np.int64)
    return int(whole.min), int(whole.max)
