"""Compares Arrow IPC streams with what psycopg reads for the same statements, cell by cell.

Reads a JSON list of {"file", "sql"} from standard input, with PGHOST, PGPORT and the like in the
environment. Prints a JSON list in the same order: rows, types, and the first differences as
[column, row, arrow, psycopg].
"""

from __future__ import annotations

import datetime as dt
import decimal
import json
import re
import struct
import sys
import uuid
from typing import Any

import psycopg
import pyarrow as pa
from psycopg.adapt import Loader
from psycopg.types import TypeInfo

MICROSECOND = dt.timedelta(microseconds=1)
EPOCH = dt.datetime(1970, 1, 1)
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
    """The value, with dates and times that Python cannot hold as PostgreSQL writes infinity."""
    if scalar.is_valid and (pa.types.is_timestamp(scalar.type) or pa.types.is_date32(scalar.type)):
        bits = 64 if pa.types.is_timestamp(scalar.type) else 32
        raw = scalar.cast(pa.int64() if bits == 64 else pa.int32()).as_py()
        if raw == 2 ** (bits - 1) - 1:
            return "infinity"
        if raw == -(2 ** (bits - 1)):
            return "-infinity"
    return scalar.as_py()


def moment(text: str) -> dt.datetime:
    """Python 3.10 reads fractions of three or six digits only."""
    padded = re.sub(r"\.(\d+)", lambda fraction: "." + fraction[1].ljust(6, "0"), text)
    return dt.datetime.fromisoformat(padded)


class InfinityDate(Loader):
    def load(self, data: Any) -> Any:
        text = bytes(data).decode()
        return text if "infinity" in text else dt.date.fromisoformat(text)


class InfinityTimestamp(Loader):
    def load(self, data: Any) -> Any:
        text = bytes(data).decode()
        return text if "infinity" in text else moment(text)


class InfinityTimestampTz(Loader):
    def load(self, data: Any) -> Any:
        text = bytes(data).decode()
        if "infinity" in text:
            return text
        return moment(text.replace("+00", "+00:00")).astimezone(dt.timezone.utc)


def read_elements_as_text(connection: psycopg.Connection[Any], array_oid: int) -> None:
    """Have psycopg take the array apart, whatever its elements are."""
    query = "SELECT e.oid, e.typname, e.typdelim FROM pg_type t, pg_type e WHERE e.oid = t.typelem AND t.oid = %s"
    element_oid, name, delimiter = connection.execute(query, [array_oid]).fetchone() or (0, "", ",")
    TypeInfo(name, element_oid, array_oid, delimiter=delimiter).register(connection)
    connection.adapters.register_loader(element_oid, AsText)


def compare(stream_file: str, sql: str) -> dict[str, Any]:
    with pa.OSFile(stream_file) as file:
        table = pa.ipc.open_stream(file).read_all()
    with psycopg.connect(options="-c timezone=UTC") as connection:
        for name in ("json", "jsonb"):
            connection.adapters.register_loader(name, AsText)
        connection.adapters.register_loader("date", InfinityDate)
        connection.adapters.register_loader("timestamp", InfinityTimestamp)
        connection.adapters.register_loader("timestamptz", InfinityTimestampTz)
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
