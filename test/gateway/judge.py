"""Compares Arrow IPC streams and Parquet files with what psycopg reads for the same statements, cell by cell.

Reads a JSON list of {"file", "sql"} from standard input, with PGHOST, PGPORT and the like in the
environment. Prints a JSON list in the same order: rows, types, and the first differences as
[column, row, arrow, psycopg].
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
    differences = []
    for column, field in enumerate(table.schema):
        arrow = [arrow_cell(scalar) for scalar in table.column(column)]
        for row, (mine, theirs) in enumerate(zip(arrow, (values[column] for values in rows), strict=True)):
            left, right = canonical(mine, field), canonical(theirs, field)
            if left != right or type(left) is not type(right):
                differences.append([field.name, row, repr(left), repr(right)])
    return {
        "rows": table.num_rows,
        "types": [str(field.type) for field in table.schema],
        "differences": differences[:DIFFERENCES_KEPT],
    }


if __name__ == "__main__":
    print(json.dumps([compare(case["file"], case["sql"]) for case in json.load(sys.stdin)]))
