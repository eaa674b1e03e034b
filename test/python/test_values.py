"""Every value of a frame against what another driver reads."""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
import pandas
import pytest
from db_connection import Database
from support.stack import Stack


@pytest.mark.parametrize(
    "table",
    ["users", "products", "orders", "order_items", "analytics.events", "analytics.sensor_readings"],
)
def test_every_value_is_the_one_psycopg_reads(database: Database, stack: Stack, table: str) -> None:
    frame = database.query(f"SELECT * FROM {table} ORDER BY 1, 2")
    rows = _texts(stack, table, list(frame.columns))
    assert len(frame) == len(rows) > 0
    for index, name in enumerate(frame.columns):
        for got, row in zip(frame[name].array, rows, strict=True):
            assert _same(got, row[index]), f"{table}.{name}: {got!r} is not {row[index]!r}"


def _texts(stack: Stack, table: str, names: list[str]) -> list[tuple[Any, ...]]:
    """Rows as PostgreSQL's text, so that no value is beyond Python's types."""
    # concat uses the types' output functions, which a cast to text does not always do (inet).
    columns = ", ".join(f'CASE WHEN "{name}" IS NOT NULL THEN concat("{name}") END' for name in names)
    order = ", ".join(f"{table}.{name}" for name in names[:2])
    with stack.judge() as judge:
        judge.execute("SET TIME ZONE 'UTC'")
        rows: list[tuple[Any, ...]] = judge.execute(
            f"SELECT {columns} FROM {table} ORDER BY {order}".encode()
        ).fetchall()
    return rows


def _same(got: Any, text: str | None) -> bool:
    """Whether a value of a frame is what PostgreSQL writes as `text`."""
    if text is None or text in ("infinity", "-infinity"):
        return got is None or (not isinstance(got, list) and bool(pandas.isna(got)))
    if isinstance(got, (bool, np.bool_)):
        return ("t" if got else "f") == text
    if isinstance(got, (float, np.floating)):
        return bool(np.isnan(got)) if text == "NaN" else bool(got == type(got)(text))
    if isinstance(got, pandas.Timestamp):
        return bool(got.replace(tzinfo=None) == pandas.Timestamp(text).replace(tzinfo=None))
    if isinstance(got, bytes):
        return "\\x" + got.hex() == text
    if isinstance(got, list):
        return got == _array(text, type(next((item for item in got if item is not None), "")))
    return str(got) == text


def _array(text: str, kind: type) -> list[Any]:
    inner = text[1:-1]
    if not inner:
        return []
    row = next(csv.reader([inner], escapechar="\\", doublequote=False))
    return [None if item == "NULL" else kind(item) for item in row]
