"""The kinds of frames that a result can become, on a real standby."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import Any

import numpy as np
import pandas
import pyarrow as pa
import pytest
from db_connection import Database
from db_connection.frames import to_frame

NUMERICS = """
    SELECT scaled::numeric(4,2), free, list::numeric(4,2)[], whole FROM (VALUES
        (0.10, 12345678901234567890.123456789::numeric, ARRAY[1.10, NULL], 7::bigint),
        (NULL, 'NaN', NULL, NULL)
    ) AS t(scaled, free, list, whole)
"""
LONG = Decimal("12345678901234567890.123456789")


def test_numerics_as_decimals_keep_every_digit(database: Database) -> None:
    frame = database.query(NUMERICS, numeric="decimal")
    assert frame["scaled"].tolist() == [Decimal("0.10"), None]
    assert frame["free"][0] == LONG
    assert frame["free"][1].is_nan()
    assert frame["list"].tolist() == [[Decimal("1.10"), None], None]
    assert frame["whole"].dtype == "Int64"
    assert frame["scaled"].dropna().sum() == Decimal("0.10")


def test_an_arrow_frame_keeps_everything(database: Database) -> None:
    frame = database.query(NUMERICS, dtype_backend="pyarrow")
    assert frame["scaled"].dtype == pandas.ArrowDtype(pa.decimal128(4, 2))
    assert frame["free"].tolist() == [str(LONG), "NaN"]
    assert frame["list"][0][0] == Decimal("1.10")
    assert frame["whole"].dtype == "int64[pyarrow]"
    assert frame["whole"][0] == 7
    assert frame["whole"].isna().tolist() == [False, True]


def test_an_arrow_frame_can_have_floats(database: Database) -> None:
    frame = database.query(NUMERICS, dtype_backend="pyarrow", numeric="float64")
    assert frame["scaled"].dtype == frame["free"].dtype == "double[pyarrow]"
    assert frame["scaled"][0] == 0.1
    assert frame["scaled"].isna().tolist() == [False, True]
    assert frame["free"][0] == float(LONG)
    assert np.isnan(frame["free"].to_numpy(float)[1])
    assert list(frame["list"][0]) == [1.1, None]


def test_equal_names_survive_in_every_flavour(database: Database) -> None:
    for options in ({}, {"dtype_backend": "pyarrow"}, {"numeric": "decimal"}):
        chosen: Any = options
        frame = database.query("SELECT 1 AS a, 'x' AS a, 1.5 AS a", **chosen)
        assert list(frame.columns) == ["a", "a", "a"]
        assert frame.shape == (1, 3)


def test_an_arrow_frame_of_many_rows_has_the_rows_of_the_default_one(database: Database) -> None:
    sql = "SELECT id, total, status, created_at FROM orders ORDER BY id"
    arrow = database.query(sql, dtype_backend="pyarrow", numeric="float64")
    plain = database.query(sql)
    for name in plain.columns:
        assert arrow[name].to_numpy().tolist() == plain[name].to_numpy().tolist(), name


def test_an_arrow_frame_copies_nothing() -> None:
    table = pa.table({"a": list(range(1000)), "t": ["x"] * 1000})
    frame = to_frame(table, "pyarrow")
    for name in table.column_names:
        column: Any = frame[name].array
        mapped = column.__arrow_array__().chunk(0).buffers()[-1]
        assert mapped.address == table[name].chunk(0).buffers()[-1].address


@pytest.mark.parametrize("wrong", [{"dtype_backend": "numpy"}, {"numeric": "float"}])
def test_a_word_that_is_none_of_them_is_refused_before_the_statement_runs(
    database: Database, wrong: Any
) -> None:
    before = database.last()
    with pytest.raises(ValueError, match=f"must be .*not '{next(iter(wrong.values()))}'"):
        database.query("SELECT 1", **wrong)
    assert database.last() is before


def test_a_scalar_is_a_value_of_python(database: Database) -> None:
    assert database.scalar("SELECT count(*) FROM generate_series(1, :n)", {"n": 3}) == 3
    assert type(database.scalar("SELECT 1")) is int
    assert database.scalar("SELECT NULL::int") is None
    assert database.scalar("SELECT 1 WHERE false") is None
    assert database.scalar("SELECT 0.1::numeric") == 0.1
    assert database.scalar("SELECT 0.10::numeric(4,2)", numeric="decimal") == Decimal("0.10")
    assert database.scalar("SELECT 0.10::numeric", numeric="decimal") == Decimal("0.10")
    assert database.scalar("SELECT ARRAY[1, NULL]") == [1, None]
    assert database.scalar("SELECT 'ü'") == "ü"


@pytest.mark.parametrize("sql", ["SELECT 1, 2", "SELECT generate_series(1, 2)"])
def test_a_scalar_is_one_value_only(database: Database, sql: str) -> None:
    with pytest.raises(ValueError, match="a scalar is one column of one row; the statement returned"):
        database.scalar(sql)


def test_polars_keeps_every_digit(database: Database) -> None:
    frame = database.query_polars(NUMERICS)
    assert frame["scaled"].to_list() == [Decimal("0.10"), None]
    assert frame["free"].to_list() == [str(LONG), "NaN"]
    assert frame["whole"].to_list() == [7, None]


def test_without_polars_the_way_to_get_it_is_named(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(ImportError, match="pip install polars"):
        database.query_polars("SELECT 1")
