"""Rows of random types and values, cell by cell what psycopg reads, in each flavour of a frame."""

from __future__ import annotations

import math
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import pandas
import pytest
from db_connection import Database
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg import sql
from support.stack import Stack


class Kind(NamedTuple):
    """A PostgreSQL type and values of it that Python has too."""

    name: str
    values: st.SearchStrategy[Any]


def whole(bits: int) -> st.SearchStrategy[int]:
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
NAIVE = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31))
SCALED = st.decimals(-(10**15), 10**15, places=4, allow_nan=False)
ANY_SIZE = st.decimals(allow_nan=False, allow_infinity=False).filter(
    lambda number: abs(number.adjusted()) < 200
)
KINDS = [
    Kind("boolean", st.booleans()),
    Kind("smallint", whole(16)),
    Kind("integer", whole(32)),
    Kind("bigint", whole(64)),
    Kind("real", st.floats(width=32)),
    Kind("double precision", st.floats()),
    Kind("numeric(20,4)", SCALED),
    Kind("numeric", st.just(Decimal("NaN")) | ANY_SIZE),
    Kind("text", TEXT),
    Kind("uuid", st.uuids()),
    Kind("bytea", st.binary(max_size=40)),
    Kind("date", st.dates(date(1, 1, 1), date(9999, 12, 31))),
    Kind("timestamp", NAIVE),
    Kind("timestamptz", NAIVE.map(lambda moment: moment.replace(tzinfo=timezone.utc))),
    Kind("time", st.times()),
    Kind("integer[]", st.lists(st.none() | whole(32), max_size=5)),
    Kind("text[]", st.lists(st.none() | TEXT, max_size=5)),
    Kind("numeric(20,4)[]", st.lists(st.none() | SCALED, max_size=5)),
]


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Kind], list[list[Any]]]:
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6))
    row = st.tuples(*(st.none() | kind.values for kind in kinds)).map(list)
    return kinds, draw(st.lists(row, min_size=1, max_size=12))


FLAVOURS: list[dict[str, Any]] = [{}, {"numeric": "decimal"}, {"dtype_backend": "pyarrow"}]


@pytest.mark.parametrize("flavour", FLAVOURS, ids=["default", "decimal", "pyarrow"])
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    # Shrinking would ask the server some hundred times more; the assertion shows the rows.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(table=tables())
def test_random_rows_are_what_psycopg_reads(
    database: Database, stack: Stack, flavour: dict[str, Any], table: tuple[list[Kind], list[list[Any]]]
) -> None:
    kinds, rows = table
    with JUDGES.of(stack) as judge:
        statement = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {}, {}").format(
                sql.Literal(number),
                sql.SQL(", ").join(
                    sql.SQL("({})::{}").format(sql.Literal(value), sql.SQL(kind.name))
                    for kind, value in zip(kinds, row, strict=True)
                ),
            )
            for number, row in enumerate(rows)
        )
        text = (statement + sql.SQL(" ORDER BY 1")).as_string(judge)
        expected = judge.execute(text.encode()).fetchall()
    frame = database.query(text, **flavour)
    assert len(frame) == len(expected)
    for column, kind in enumerate(kinds, 1):
        got = [cell(value) for value in frame.iloc[:, column].array]
        want = [cell(as_frames_have(row[column], kind.name, flavour)) for row in expected]
        assert got == want, kind.name


class Judges:
    """One connection of psycopg for all examples, in the zone that frames have."""

    def __init__(self) -> None:
        self._open: dict[int, Any] = {}

    def of(self, stack: Stack) -> Any:
        if id(stack) not in self._open:
            judge = self._open[id(stack)] = stack.judge()
            judge.execute("SET TIME ZONE 'UTC'")
        return Kept(self._open[id(stack)])


class Kept:
    def __init__(self, judge: Any) -> None:
        self._judge = judge

    def __enter__(self) -> Any:
        return self._judge

    def __exit__(self, *_: object) -> None:
        return None


JUDGES = Judges()


def as_frames_have(value: Any, kind: str, flavour: dict[str, Any]) -> Any:
    """psycopg's value as the tables of docs/python.md say it becomes in this flavour."""
    exact = bool(flavour)
    if isinstance(value, Decimal) and not exact:
        return None if value.is_nan() else float(value)
    if isinstance(value, list) and kind.startswith("numeric") and not exact:
        return [item if item is None else float(item) for item in value]
    if kind in ("real", "double precision") and value is not None and math.isnan(value):
        return "NaN" if "dtype_backend" in flavour else None
    if kind == "real" and value is not None:
        return float(np.float32(value))
    if kind == "numeric" and "dtype_backend" in flavour:
        # Text with every digit: PostgreSQL's own, which Python writes the same way without an exponent.
        return value if value is None else "NaN" if value.is_nan() else f"{value:f}"
    if kind == "date" and value is not None and "dtype_backend" not in flavour:
        return datetime(value.year, value.month, value.day)
    return str(value) if isinstance(value, UUID) else value


def cell(value: Any) -> Any:
    """A cell as Python's own value, comparable with another."""
    if value is None or value is pandas.NA or value is pandas.NaT:
        return None
    if isinstance(value, (list, np.ndarray)):
        return [cell(item) for item in value]
    if isinstance(value, np.datetime64):
        return cell(pandas.Timestamp(value))
    if isinstance(value, pandas.Timestamp):
        return value.to_pydatetime()
    if isinstance(value, np.generic):
        return cell(value.item())
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, Decimal):
        return "NaN" if value.is_nan() else value
    return value


def test_cells_at_the_edges_of_what_there_is(database: Database, stack: Stack) -> None:
    text = """
        SELECT '9' || repeat('0', 999) AS digits, repeat('9', 1000)::numeric AS huge,
          '🐎👩‍🚀' AS emoji, '{}'::int[] AS empty, '{{1,2},{3,NULL}}'::int[] AS square,
          '4713-01-01 BC'::date AS first_day, '5874897-12-31'::date AS last_day, 'infinity'::date AS never,
          '294276-12-31 23:59:59.999999'::timestamp AS last_moment,
          '294246-12-31 23:59:59.999999'::timestamp AS late_moment, '-infinity'::timestamptz AS always,
          'NaN'::float8 AS nan, 'Infinity'::numeric AS endless, '-0'::float8 AS minus_zero,
          '24:00'::time AS midnight, NULL::text AS nothing
    """
    with stack.judge() as judge:
        row = judge.execute("SELECT digits, huge, emoji, square::text FROM (" + text + ") t").fetchone()
    assert row is not None
    frame = database.query(text, numeric="decimal")
    first = frame.iloc[0]
    assert [first["digits"], first["huge"], first["emoji"]] == [row[0], row[1], row[2]]
    assert first["empty"] == []
    assert str(first["square"]) == row[3]
    assert frame["first_day"].to_numpy()[0] == np.datetime64("-4712-01-01")
    assert frame["last_day"].to_numpy()[0] == np.datetime64("5874897-12-31")
    # PostgreSQL's last moments are beyond microseconds in 64 bits since 1970.
    assert first["last_moment"] == "294276-12-31 23:59:59.999999"
    assert frame["late_moment"].to_numpy()[0] == np.datetime64("294246-12-31T23:59:59.999999")
    assert frame[["never", "always", "nan", "nothing"]].isna().all(axis=None)
    assert first["endless"] == Decimal("Infinity")
    assert math.copysign(1, first["minus_zero"]) == -1
    assert first["midnight"] == "24:00:00"
    default = database.query(text).iloc[0]
    assert (default["huge"], default["endless"]) == (math.inf, math.inf)
    arrow = database.query(text, dtype_backend="pyarrow").iloc[0]
    assert [arrow["huge"], arrow["first_day"], arrow["never"]] == [str(row[1]), "-4712-01-01", "infinity"]


def test_a_cell_of_sixty_megabytes(database: Database) -> None:
    frame = database.query(
        "SELECT repeat('ž', 30000000) AS text, decode(repeat('00ff', 15000000), 'hex') AS raw"
    )
    assert len(frame["text"][0].encode()) == 60_000_000
    assert frame["text"][0] == "ž" * 30_000_000
    assert frame["raw"][0] == b"\x00\xff" * 15_000_000
