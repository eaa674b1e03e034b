"""Arrow columns as a pandas DataFrame, value by value what PostgreSQL holds.

| PostgreSQL | pandas | note |
|---|---|---|
| bool | bool; with NULL ``boolean`` | |
| smallint, integer, bigint | int16, int32, int64; with NULL ``Int16``, ``Int32``, ``Int64`` | never float |
| real, double precision | float32, float64 | NULL is NaN |
| numeric | float64 | NULL is NaN; with ``numeric="decimal"`` objects of decimal.Decimal |
| text, json, jsonb, uuid, enums … | pandas' own string type (``object`` before pandas 3) | |
| bytea | object of bytes | |
| date | datetime64[s] | ±infinity is NaT |
| timestamp, timestamptz | datetime64[us], datetime64[us, UTC] | ±infinity is NaT |
| time | object of datetime.time | text, where a row has 24:00 |
| arrays | object of lists | ±infinity is None; times are text, where a row has 24:00 |

Dates are not Python's, because those end at year 9999 and lack ``.dt``.

With ``dtype_backend="pyarrow"`` a column stays the Arrow column of docs/types.md, as a ``pandas.ArrowDtype``
that maps the gateway's file. `numeric` is then "decimal" unless "float64" is asked for, and a column
with dates beyond Python's is text (`db_connection.far_dates`).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas
import pyarrow as pa
import pyarrow.compute as pc

from .far_dates import readable
from .numerics import nearest_float_lists, nearest_floats
from .pages import chunks

Backend: TypeAlias = Literal["pyarrow"] | None
Numeric: TypeAlias = Literal["float64", "decimal"] | None

#: Since pandas 3.
TEXT_IS_ARROW = int(pandas.__version__.partition(".")[0]) >= 3
NAT = np.iinfo(np.int64).min
# PostgreSQL's ±infinity, as the gateway hands it on.
DATE_INFINITIES = (np.iinfo(np.int32).min, np.iinfo(np.int32).max)
DAY_US = 86_400_000_000
DAY_S = 86_400
TIMESTAMP_INFINITIES = (NAT, np.iinfo(np.int64).max)

NULLABLE: dict[Any, Any] = {
    pa.bool_(): (np.bool_, pandas.arrays.BooleanArray),
    pa.int16(): (np.int16, pandas.arrays.IntegerArray),
    pa.int32(): (np.int32, pandas.arrays.IntegerArray),
    pa.int64(): (np.int64, pandas.arrays.IntegerArray),
}


def to_frame(
    table: pa.Table,
    dtype_backend: Backend = None,
    numeric: Numeric = None,
    before: Callable[[int], None] = lambda column: None,
) -> pandas.DataFrame:
    """Return a frame with the table's columns in their order; equal names stay as they are.

    `before` is told the number of each column before it is made.
    """
    values = _arrow_values if dtype_backend == "pyarrow" else _values
    fields = [(table.field(index), table.column(index)) for index in range(table.num_columns)]
    columns = {}
    for index, (field, column) in enumerate(fields):
        before(index)
        columns[index] = values(field, column, numeric)
    frame: pandas.DataFrame = pandas.DataFrame(columns, index=pandas.RangeIndex(table.num_rows), copy=False)
    frame.columns = pandas.Index(table.column_names)
    return frame


def check_flavour(dtype_backend: object, numeric: object) -> None:
    """Raise ValueError when one of them is none of the words it may be."""
    if dtype_backend not in (None, "pyarrow"):
        raise ValueError(f"dtype_backend must be None or 'pyarrow', not {dtype_backend!r}")
    if numeric not in (None, "float64", "decimal"):
        raise ValueError(f"numeric must be 'float64' or 'decimal', not {numeric!r}")


def to_scalar(table: pa.Table, numeric: Numeric = None) -> Any:
    """Return the only value of `table` as Python's own; None for NULL and for no row.

    A numeric is a float, or a Decimal if asked for; a date or time that Python lacks is its text.

    Raises:
        ValueError: there are several columns or rows.
    """
    if table.num_columns != 1 or table.num_rows > 1:
        shape = f"{table.num_columns} columns and {table.num_rows} rows"
        raise ValueError(f"a scalar is one column of one row; the statement returned {shape}")
    field, column = table.field(0), table.column(0)
    if column.null_count == len(column):
        return None
    if pa.types.is_list(field.type):
        return to_frame(table, None, numeric).iloc[0, 0]
    if _is_numeric(field):
        text = str(column[0].as_py())
        return Decimal(text) if numeric == "decimal" else float(text)
    readable_values = _times_or_texts(column) if pa.types.is_time64(field.type) else readable(column)
    return readable_values[0].as_py()


def _values(field: pa.Field, column: pa.ChunkedArray, numeric: Numeric) -> Any:
    kind = field.type
    if _is_numeric(field) and numeric == "decimal":
        return _decimals(column)
    if pa.types.is_list(kind):
        return _lists(nearest_float_lists(column) if _is_numeric(field) else _finite_lists(column))
    if _is_numeric(field):
        return nearest_floats(column)
    if pa.types.is_timestamp(kind):
        return _timestamps(column, kind)
    if pa.types.is_date32(kind):
        seconds = _whole_numbers(column, np.int32, DATE_INFINITIES)
        np.multiply(seconds, DAY_S, out=seconds, where=seconds != NAT)
        return seconds.view("datetime64[s]")
    if column.null_count and kind in NULLABLE:
        return _nullable(column, NULLABLE[kind])
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _numbers(column, kind)
    if pa.types.is_string(kind):
        return _texts(column)
    if pa.types.is_binary(kind):
        return _objects(column)
    return _times(column) if pa.types.is_time64(kind) else column.to_pandas().array


def _arrow_values(field: pa.Field, column: pa.ChunkedArray, numeric: Numeric) -> Any:
    extension: Callable[[Any], Any] = pandas.arrays.ArrowExtensionArray
    if _is_numeric(field) and numeric == "float64":
        if pa.types.is_list(field.type):
            return extension(nearest_float_lists(column))
        return extension(pa.chunked_array([pa.array(nearest_floats(column), mask=_absent(column))]))
    return extension(_times_or_texts(column) if pa.types.is_time64(field.type) else readable(column))


def _absent(column: pa.ChunkedArray) -> Any:
    return np.asarray(column.is_null().combine_chunks())


def _decimals(column: pa.ChunkedArray) -> Any:
    """Objects of Decimal, or lists of them; a text is what no Arrow decimal can hold."""
    if pa.types.is_decimal(column.type):
        return _objects(column)
    if pa.types.is_list(column.type):
        decimals = [row and [_decimal(item) for item in row] for row in column.to_pylist()]
    else:
        decimals = [_decimal(item) for item in column.to_pylist()]
    return np.fromiter(decimals, object, len(decimals))


def _objects(column: pa.ChunkedArray) -> Any:
    """Python objects, None for NULL; made in C, which is twice as fast as value by value."""
    return _filled(column, lambda chunk: chunk.to_numpy(zero_copy_only=False))


def _filled(column: pa.ChunkedArray, objects_of: Callable[[pa.Array], Any]) -> Any:
    objects = np.empty(len(column), object)
    for rows, chunk in chunks(column):
        objects[rows] = objects_of(chunk)
    return objects


def _texts(column: pa.ChunkedArray) -> Any:
    """What pandas takes over as its own text: the values stay in the mapped file, only offsets are new.

    Before pandas 3 they are Python's, equal ones once a chunk.
    """
    if not TEXT_IS_ARROW:
        return _filled(column, lambda chunk: chunk.to_pandas().to_numpy())
    parts = [chunk.cast(pa.large_string()) for _, chunk in chunks(column)]
    return pa.chunked_array(parts, pa.large_string()).to_pandas().array


def _decimal(value: Decimal | str | None) -> Decimal | None:
    return Decimal(value) if isinstance(value, str) else value


def _is_numeric(field: pa.Field) -> bool:
    """Whether values, or the values of lists, are decimals or the text of what no decimal can hold."""
    is_list = pa.types.is_list(field.type)
    declared: bytes = (field.metadata or {}).get(b"pg:type", b"")
    # An array of several dimensions comes as PostgreSQL's text of all of it.
    told = declared.startswith(b"numeric") and declared.endswith(b"[]") == is_list
    return told or bool(pa.types.is_decimal(field.type.value_type if is_list else field.type))


def _timestamps(column: pa.ChunkedArray, kind: pa.TimestampType) -> Any:
    numbers = _whole_numbers(column, np.int64, TIMESTAMP_INFINITIES)
    if kind.tz is None:
        return numbers.view(f"datetime64[{kind.unit}]")
    # The type stubs of pandas 2 do not know this dtype here. Numbers are taken over as UTC, instants copied.
    dtype: Any = pandas.DatetimeTZDtype(kind.unit, kind.tz)
    return pandas.array(numbers, dtype=dtype, copy=False)


def _nullable(column: pa.ChunkedArray, kind: tuple[Any, Any]) -> Any:
    numpy_kind, array = kind
    values, absent = np.zeros(len(column), numpy_kind), np.empty(len(column), np.bool_)
    for rows, chunk in chunks(column):
        absent[rows] = np.asarray(chunk.is_null())
        values[rows] = np.asarray(pc.fill_null(chunk, False if numpy_kind is np.bool_ else 0))
    return array(values, absent)


def _whole_numbers(column: pa.ChunkedArray, width: Any, infinities: tuple[int, int]) -> Any:
    """int64 with NULL and ±infinity as NaT; chunk by chunk, since what is as large as the column counts."""
    numbers = np.empty(len(column), np.int64)
    for rows, chunk in chunks(column):
        part = numbers[rows]
        values = np.frombuffer(chunk.buffers()[1], width)[chunk.offset : chunk.offset + len(chunk)]
        part[:] = values
        for infinity in infinities:
            part[values == infinity] = NAT
        if chunk.null_count:
            part[np.asarray(chunk.is_null())] = NAT
    return numbers


def _times(column: pa.ChunkedArray) -> Any:
    return _times_or_texts(column).to_pandas().array


def _times_or_texts(times: Any) -> Any:
    """The times, or texts when one of them is 24:00, which PostgreSQL has and Python lacks."""
    midnight = pc.equal(times.cast(pa.int64()), DAY_US)
    if not pc.any(midnight).as_py():
        return times
    return pc.if_else(midnight, "24:00:00", times.cast(pa.string()))


def _finite_lists(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Lists whose values are as those of a column that is no list, with NULL for ±infinity."""
    kind = column.type.value_type
    if not pa.types.is_temporal(kind):
        return column
    lists = column.combine_chunks()
    values = lists.flatten()
    if pa.types.is_time64(kind):
        values = _times_or_texts(values)
    elif pa.types.is_date32(kind):
        values = _null_where(values, values.cast(pa.int32()), DATE_INFINITIES)
    elif pa.types.is_timestamp(kind):
        values = _null_where(values, values.cast(pa.int64()), TIMESTAMP_INFINITIES)
    lengths = pc.fill_null(lists.value_lengths(), 0).to_numpy()
    # A slice's own offsets do not start at zero, which from_arrays refuses together with a mask.
    offsets = pa.array(np.concatenate(([0], np.cumsum(lengths))), pa.int32())
    return pa.chunked_array([pa.ListArray.from_arrays(offsets, values, mask=lists.is_null())])


def _null_where(values: pa.Array, numbers: pa.Array, infinities: tuple[int, int]) -> pa.Array:
    infinite = pc.is_in(numbers, value_set=pa.array(infinities, numbers.type))
    return pc.if_else(infinite, pa.scalar(None, values.type), values)


def _lists(column: pa.ChunkedArray) -> Any:
    objects = np.empty(len(column), object)
    try:
        with _no_garbage_collection():
            for rows, chunk in chunks(column):
                objects[rows] = np.fromiter(_python_lists(chunk), object, len(chunk))
    except (ValueError, OverflowError):
        # A date beyond Python's in one of the lists.
        return _lists(readable(column))
    return objects


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Many new lists make the collector look at all of them again and again; none is part of a cycle."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _python_lists(chunk: pa.ListArray) -> list[Any]:
    """The lists of `chunk`: all values at once, then cut, which is several times faster than list by list."""
    offsets = chunk.offsets.to_numpy()
    values = chunk.values[offsets[0].item() : offsets[-1].item()]
    plain = pa.types.is_integer(values.type) or pa.types.is_floating(values.type)
    flat = values.to_numpy().tolist() if plain and not values.null_count else values.to_pylist()
    ends = (offsets - offsets[0]).tolist()
    lists: list[Any] = list(map(flat.__getitem__, map(slice, ends, ends[1:])))
    if chunk.null_count:
        for row in np.flatnonzero(chunk.is_null().to_numpy(zero_copy_only=False)).tolist():
            lists[row] = None
    return lists


def _numbers(column: pa.ChunkedArray, kind: pa.DataType) -> Any:
    """A copy: users assign to their frames, and the mapped file is not theirs. NULL is NaN."""
    numbers = np.empty(len(column), kind.to_pandas_dtype())
    for rows, chunk in chunks(column):
        numbers[rows] = chunk.to_numpy(zero_copy_only=False)
    return numbers
