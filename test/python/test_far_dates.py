"""Dates that Python's own types cannot show."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas
import pyarrow as pa
import pytest
from db_connection import Database
from db_connection.far_dates import readable
from support.stack import Stack

DAYS = {
    "0001-01-01": -719_162,
    "0000-12-31": -719_163,
    "9999-12-31": 2_932_896,
    "10000-01-01": 2_932_897,
    "5874897-12-31": 2_145_042_905,
    "-4712-01-01": -2_440_550,
    "infinity": 2**31 - 1,
    "-infinity": -(2**31),
}


def dates(*numbers: int | None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array([number], pa.int32()).cast(pa.date32()) for number in numbers])


@pytest.mark.parametrize(("text", "number"), DAYS.items())
def test_a_date_is_text_where_python_ends(text: str, number: int) -> None:
    column = dates(0, number, None)
    inside = 1 <= int(text.split("-")[0] or 0) <= 9999 if text[0].isdigit() else False
    if inside:
        assert readable(column) is column
        assert column.to_pylist() == [date(1970, 1, 1), date.fromisoformat(text), None]
    else:
        assert readable(column).to_pylist() == ["1970-01-01", text, None]


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_the_last_microsecond_of_python_is_no_text(zone: str | None) -> None:
    last = np.datetime64("9999-12-31T23:59:59.999999", "us").astype(np.int64)
    kind = pa.timestamp("us", zone)
    inside = pa.chunked_array([pa.array([int(last)], pa.int64()).cast(kind)])
    assert readable(inside) is inside
    beyond = pa.chunked_array([pa.array([int(last) + 1, 2**63 - 1, -(2**63), None], pa.int64()).cast(kind)])
    offset = "+00:00" if zone else ""
    texts = [f"10000-01-01T00:00:00.000000{offset}", "infinity", "-infinity", None]
    assert readable(beyond).to_pylist() == texts


def test_lists_follow_the_same_rule() -> None:
    kind = pa.list_(pa.date32())
    numbers: list[Any] = [[9], [0, None], None, [], [DAYS["infinity"]]]
    lists = pa.chunked_array([pa.array(numbers, pa.list_(pa.int32())).cast(kind).slice(1)])
    assert readable(lists).to_pylist() == [["1970-01-01", None], None, [], ["infinity"]]
    assert readable(lists.slice(0, 3)).type == kind


MOMENTS = ["2024-02-29", "infinity", "-infinity", "20000-01-01", "0044-03-15 BC"]


@pytest.mark.parametrize("kind", ["date", "timestamp", "timestamptz"])
def test_a_frame_with_far_dates_can_be_shown_and_has_all_others(
    database: Database, stack: Stack, kind: str
) -> None:
    rows = ", ".join(f"('{moment}'::{kind})" for moment in MOMENTS)
    sql = f"SELECT * FROM (VALUES {rows}) AS t(moment)"
    frame = database.query(sql)
    assert frame["moment"].dt.year.tolist()[3:] == [20000, -43]
    assert frame["moment"].isna().tolist() == [False, True, True, False, False]
    assert "20000-01-01" in repr(frame)
    exact = database.query(sql, dtype_backend="pyarrow")["moment"]
    assert [text[:10] for text in exact] == [
        "2024-02-29",
        "infinity",
        "-infinity",
        "20000-01-0",
        "-0043-03-1",
    ]
    assert "-0043-03-15" in repr(exact)
    listed = database.query(f"SELECT array_agg(moment) AS moments FROM ({sql}) AS t")
    assert listed["moments"][0][0][:10] == "2024-02-29"
    assert "20000-01-01" in repr(listed["moments"][0])
    with stack.judge() as judge:
        years = judge.execute(
            f"SELECT extract(year FROM moment)::float8 FROM ({sql}) AS t".encode()
        ).fetchall()
    # PostgreSQL has no year 0.
    assert [year for (year,) in years][3:] == [20000, -44]


def test_a_scalar_that_python_lacks_is_its_text(database: Database) -> None:
    assert database.scalar("SELECT date '20000-01-01'") == "20000-01-01"
    assert database.scalar("SELECT timestamptz 'infinity'") == "infinity"
    assert database.scalar("SELECT time '24:00'") == "24:00:00"
    assert database.scalar("SELECT date '2024-02-29'") == date(2024, 2, 29)


def test_polars_can_show_them_too(database: Database) -> None:
    frame = database.query_polars("SELECT 'infinity'::timestamptz AS a, now()::timestamp AS b")
    assert frame["a"].to_list() == ["infinity"]
    assert pandas.Timestamp(frame["b"][0]).year > 2000
