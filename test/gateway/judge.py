"""Compares Arrow IPC streams and Parquet files with what psycopg reads for the same statements, cell by cell.

Reads a JSON list of {"file", "sql"} from standard input, with PGHOST, PGPORT and the like in the
environment. Prints a JSON list in the same order: rows, types, how many cells psycopg also read in
binary, and the first differences as [column, row, arrow, psycopg].
"""

from __future__ import annotations

import datetime as dt
import decimal
import json
import struct
import sys
import uuid
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from psycopg.adapt import Loader
from psycopg.types import TypeInfo

DIFFERENCES_KEPT = 20


class AsText(Loader):
    """PostgreSQL's own text, for types whose Python form loses something."""

    def load(self, data: Any) -> str:
        return bytes(data).decode()


def canonical(value: Any, field: pa.Field) -> Any:
    """One form for both sides."""
    if value is None:
        return None
    if pa.types.is_float32(field.type):
        return struct.pack("f", value)
    if isinstance(value, list):
        return [canonical(item, field.type.value_field) for item in value]
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, decimal.Decimal):
        return str(value)
    if isinstance(value, memoryview):
        return bytes(value)
    return value


def arrow_cell(scalar: pa.Scalar) -> Any:
    """The value, moments as the integer that Arrow holds: Python's own end at year 9999."""
    if not scalar.is_valid:
        return None
    if pa.types.is_list(scalar.type):
        return [arrow_cell(item) for item in scalar.values]
    return scalar.value if pa.types.is_temporal(scalar.type) else scalar.as_py()


def days(date: str, *, before_christ: bool) -> int:
    """Days since 1970-01-01 in the Gregorian calendar, which PostgreSQL extends to all years."""
    year, month, day = (int(part) for part in date.split("-"))
    year = 1 - year if before_christ else year
    # Every 400 years have 146,097 days; Python's calendar serves for the year within them.
    cycles, within = divmod(year - 2000, 400)
    return cycles * 146_097 + dt.date(2000 + within, month, day).toordinal() - dt.date(1970, 1, 1).toordinal()


def microseconds(time: str) -> int:
    hours, minutes, seconds = time.split(":")
    whole, _, fraction = seconds.partition(".")
    return (int(hours) * 3600 + int(minutes) * 60 + int(whole)) * 10**6 + int(fraction.ljust(6, "0"))


class Date(Loader):
    INFINITY = 2**31 - 1

    def load(self, data: Any) -> int:
        text = bytes(data).decode()
        if text.endswith("infinity"):
            return -self.INFINITY - 1 if text.startswith("-") else self.INFINITY
        return days(text.removesuffix(" BC"), before_christ=text.endswith(" BC"))


class Time(Loader):
    def load(self, data: Any) -> int:
        return microseconds(bytes(data).decode())


class Timestamp(Loader):
    """With and without zone: the session's zone is UTC, and an instant ends in +00."""

    INFINITY = 2**63 - 1

    def load(self, data: Any) -> int:
        text = bytes(data).decode()
        if text.endswith("infinity"):
            return -self.INFINITY - 1 if text.startswith("-") else self.INFINITY
        date, time = text.removesuffix(" BC").removesuffix("+00").split(" ")
        return days(date, before_christ=text.endswith(" BC")) * 86_400_000_000 + microseconds(time)


LOADERS: dict[str, type[AsText | Date | Time | Timestamp]] = {
    "json": AsText,
    "jsonb": AsText,
    "date": Date,
    "time": Time,
    "timestamp": Timestamp,
    "timestamptz": Timestamp,
}


class BinaryText(Loader):
    format = psycopg.pq.Format.BINARY

    def load(self, data: Any) -> str:
        return bytes(data).decode()


class BinaryJsonb(BinaryText):
    def load(self, data: Any) -> str:
        return bytes(data)[1:].decode()


class BinaryDate(Loader):
    format = psycopg.pq.Format.BINARY

    def load(self, data: Any) -> int:
        (value,) = struct.unpack("!i", data)
        return int(value if value in (2**31 - 1, -(2**31)) else value + 10_957)


class BinaryTime(Loader):
    format = psycopg.pq.Format.BINARY

    def load(self, data: Any) -> int:
        return int(struct.unpack("!q", data)[0])


class BinaryTimestamp(BinaryTime):
    def load(self, data: Any) -> int:
        value = super().load(data)
        return value if value in (2**63 - 1, -(2**63)) else value + 946_684_800_000_000


BINARY_LOADERS: dict[str, type[Loader]] = {
    "json": BinaryText,
    "jsonb": BinaryJsonb,
    "date": BinaryDate,
    "time": BinaryTime,
    "timestamp": BinaryTimestamp,
    "timestamptz": BinaryTimestamp,
}
# As text in Arrow they are still what psycopg makes of their binary form.
BINARY_TEXTS = {"numeric", "text", "varchar", "bpchar", "name", "json", "jsonb", "uuid"}
# psycopg reads these by itself; all others would be bytes.
BINARY_TYPES = {
    *("bool", "int2", "int4", "int8", "float4", "float8", "numeric"),
    *("text", "varchar", "bpchar", "name", "bytea", "uuid"),
    *BINARY_LOADERS,
}


def binary_types(connection: psycopg.Connection[Any]) -> dict[int, str]:
    """Names of the types, and of arrays of them with brackets, that psycopg reads in binary, by oid."""
    rows = connection.execute(
        "SELECT oid::int8, typarray::int8, typname::text FROM pg_type WHERE typname = ANY(%s)"
        " AND typnamespace = 'pg_catalog'::regnamespace",
        [list(BINARY_TYPES)],
    ).fetchall()
    return {oid: shown for plain, array, name in rows for oid, shown in ((plain, name), (array, name + "[]"))}


def binary_rows(
    connection: psycopg.Connection[Any], sql: str, schema: pa.Schema
) -> tuple[list[int], list[Any]]:
    """The columns that psycopg can judge in binary, and its rows; none where a type has no binary form."""
    known = binary_types(connection)
    for name, loader in BINARY_LOADERS.items():
        connection.adapters.register_loader(name, loader)
    try:
        cursor = connection.cursor(binary=True).execute(sql)
    except psycopg.errors.UndefinedFunction:
        connection.rollback()
        return [], []
    described = cursor.description or []
    columns = [
        column for column, field in enumerate(schema) if judged(known.get(described[column].type_code), field)
    ]
    # Read cell by cell: a column that is not judged may hold what psycopg cannot load.
    result = cursor.pgresult
    assert result is not None
    loaders = [
        connection.adapters.get_loader(described[column].type_code, psycopg.pq.Format.BINARY)
        for column in columns
    ]
    readers = [
        loader(described[column].type_code, cursor) if loader else None
        for loader, column in zip(loaders, columns, strict=True)
    ]
    rows = []
    for row in range(result.ntuples):
        cells: dict[int, Any] = {}
        for column, reader in zip(columns, readers, strict=True):
            value = result.get_value(row, column)
            cells[column] = None if value is None or reader is None else reader.load(value)
        rows.append(cells)
    return columns, rows


def judged(name: str | None, field: pa.Field) -> bool:
    """Not what has become text because a value fits no Arrow type."""
    if name is None or name.endswith("[]") != pa.types.is_list(field.type):
        return False
    inner = field.type.value_type if pa.types.is_list(field.type) else field.type
    stays_text = name.removesuffix("[]") in BINARY_TEXTS
    return not pa.types.is_string(inner) or stays_text


def binary_canonical(value: Any, field: pa.Field) -> Any:
    if isinstance(value, list):
        return [binary_canonical(item, field.type.value_field) for item in value]
    if isinstance(value, decimal.Decimal) and pa.types.is_string(field.type):
        return format(value, "f")
    return canonical(value, field)


def read_elements_as_text(connection: psycopg.Connection[Any], array_oid: int) -> None:
    """Have psycopg take the array apart, whatever its elements are."""
    query = """SELECT e.oid::int8, e.typname::text, e.typdelim::text
               FROM pg_type t JOIN pg_type e ON e.oid = t.typelem
               WHERE t.oid = %s"""
    element_oid, name, delimiter = connection.execute(query, [array_oid]).fetchone() or (0, "", ",")
    TypeInfo(name, element_oid, array_oid, delimiter=delimiter).register(connection)
    connection.adapters.register_loader(element_oid, AsText)


def read(name: str) -> pa.Table:
    if name.endswith(".parquet"):
        return pq.ParquetFile(name).read()
    with pa.OSFile(name) as file:
        return pa.ipc.open_stream(file).read_all()


def compare(name: str, sql: str) -> dict[str, Any]:
    table = read(name)
    with psycopg.connect(options="-c timezone=UTC") as connection:
        for name, loader in LOADERS.items():
            connection.adapters.register_loader(name, loader)
        description = connection.execute(sql).description or []
        for column, field in enumerate(table.schema):
            if pa.types.is_string(field.type):
                connection.adapters.register_loader(description[column].type_code, AsText)
            if pa.types.is_list(field.type) and pa.types.is_string(field.type.value_type):
                read_elements_as_text(connection, description[column].type_code)
        rows = connection.execute(sql).fetchall()
    with psycopg.connect(options="-c timezone=UTC") as connection:
        columns, others = binary_rows(connection, sql, table.schema)
    differences = []
    for column in columns:
        field = table.schema.field(column)
        arrow = [arrow_cell(scalar) for scalar in table.column(column)]
        for row, (mine, theirs) in enumerate(zip(arrow, (cells[column] for cells in others), strict=True)):
            left, right = canonical(mine, field), binary_canonical(theirs, field)
            if left != right or type(left) is not type(right):
                differences.append([f"{field.name} in binary", row, repr(left), repr(right)])
    for column, field in enumerate(table.schema):
        arrow = [arrow_cell(scalar) for scalar in table.column(column)]
        for row, (mine, theirs) in enumerate(zip(arrow, (values[column] for values in rows), strict=True)):
            left, right = canonical(mine, field), canonical(theirs, field)
            if left != right or type(left) is not type(right):
                differences.append([field.name, row, repr(left), repr(right)])
    return {
        "rows": table.num_rows,
        "types": [str(field.type) for field in table.schema],
        "binaryCells": len(columns) * len(others),
        "differences": differences[:DIFFERENCES_KEPT],
    }


if __name__ == "__main__":
    print(json.dumps([compare(case["file"], case["sql"]) for case in json.load(sys.stdin)]))
