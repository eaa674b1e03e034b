"""Queries through the real gateway on a real standby, judged by psycopg."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas
import pyarrow as pa
import pytest
from db_connection import (
    Database,
    QueryFailed,
    ReplicaError,
)
from db_connection.rows import read_rows
from support.stack import Stack


def test_the_loop_of_counts_as_teams_write_it(database: Database, stack: Stack) -> None:
    tables = database.query("""
        SELECT table_schema, table_name
        FROM information_schema.tables
        WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
        ORDER BY table_schema, table_name
    """)
    counts = {}
    for _, row in tables.iterrows():
        schema = row["table_schema"]
        table = row["table_name"]
        count = database.query(f"SELECT COUNT(*) AS count FROM {schema}.{table}")
        counts[f"{schema}.{table}"] = f"{count['count'][0]}"
    assert {"public.orders", "public.users", "analytics.events"} <= set(counts)
    with stack.judge() as judge:
        for name, shown in counts.items():
            assert judge.execute(f"SELECT count(*)::text FROM {name}".encode()).fetchone() == (shown,)


def test_groupby_adds_up_totals(database: Database, stack: Stack) -> None:
    df = database.query("SELECT * FROM orders")
    sums = df.groupby("status").agg({"total": "sum", "id": "count"})
    with stack.judge() as judge:
        rows = judge.execute("SELECT status::text, sum(total), count(*) FROM orders GROUP BY 1").fetchall()
    assert len(sums) == len(rows)
    for status, total, count in rows:
        assert sums.loc[status, "total"] == pytest.approx(float(total), rel=1e-12)
        assert sums.loc[status, "id"] == count


def test_integers_with_null_stay_integers(database: Database) -> None:
    frame = database.query("SELECT NULL::bigint AS a UNION ALL SELECT 9007199254740993")
    assert str(frame["a"].dtype) == "Int64"
    assert frame["a"].dropna().tolist() == [9007199254740993]


def test_parameters_are_bound(database: Database) -> None:
    frame = database.query(
        "SELECT $1::text AS text, $2::bigint + 1 AS whole, $3::numeric AS exact, $4::date AS day,"
        " $5::boolean AS flag, $6::int[] AS whole_list, $7::text IS NULL AS absent, $8::text[] AS words",
        [
            "it's $2",
            9007199254740993,
            Decimal("1.10"),
            pandas.Timestamp("2024-02-29").date(),
            True,
            [1, None],
            None,
            ['a"b', "c,d"],
        ],
    )
    row = frame.iloc[0]
    assert row["text"] == "it's $2"
    assert row["whole"] == 9007199254740994
    assert row["exact"] == 1.1
    assert row["day"] == pandas.Timestamp("2024-02-29")
    assert row["flag"]
    assert row["whole_list"] == [1, None]
    assert row["absent"]
    assert row["words"] == ['a"b', "c,d"]


def test_values_of_numpy_and_pandas_are_bound(database: Database) -> None:
    far = "20000-01-01T00:00:00"
    frame = database.query(
        "SELECT $1::float8 AS number, $2::timestamp AS moment, $3::timestamp = $4::timestamp AS far,"
        " $5::interval = '1 minute 30.000005 seconds' AS span, $6::interval = '3 months' AS months,"
        " $7::date[] = '{2024-02-29,NULL}' AS days, $8::float8 = 'NaN' AS nan",
        [
            np.float64(1.5),
            np.datetime64("2024-02-29T01:02:03.000004567", "ns"),
            np.datetime64(far, "s"),
            far,
            np.timedelta64(90_000_005_000, "ns"),
            np.timedelta64(3, "M"),
            np.array(["2024-02-29", "NaT"], "datetime64[ns]"),
            np.nan,
        ],
    )
    assert frame.iloc[0, :2].tolist() == [1.5, pandas.Timestamp("2024-02-29T01:02:03.000004")]
    assert frame.iloc[0, 2:].tolist() == [True] * 5


def test_arrow_keeps_every_digit_and_the_type_of_postgresql(database: Database) -> None:
    table = database.query_arrow("SELECT 12345678901234567890.12::numeric(22,2) AS exact, 'a'::text AS name")
    assert table.column("exact").to_pylist() == [Decimal("12345678901234567890.12")]
    assert table.field("exact").metadata[b"pg:type"] == b"numeric(22,2)"


def test_arrays_hold_no_moment_that_postgresql_has_not(database: Database) -> None:
    frame = database.query(
        "SELECT '{infinity,2024-02-29}'::date[] AS days, '{-infinity,2024-02-29}'::timestamp[] AS moments,"
        " '{24:00,01:00}'::time[] AS times"
    )
    assert frame.iloc[0].tolist() == [
        [None, date(2024, 2, 29)],
        [None, datetime(2024, 2, 29)],
        ["24:00:00", "01:00:00.000000"],
    ]


def test_equal_names_survive(database: Database) -> None:
    assert list(database.query("SELECT 1 AS a, 'x' AS a").columns) == ["a", "a"]


def test_no_rows_still_have_columns_and_types(database: Database) -> None:
    frame = database.query("SELECT id, total FROM orders WHERE false")
    assert frame.shape == (0, 2)
    assert str(frame["id"].dtype) == "int64"


def test_a_wrong_statement_is_pointed_at(database: Database) -> None:
    with pytest.raises(QueryFailed) as caught:
        database.query("SELECT 'ü',\n  totl FROM orders")
    assert caught.value.sqlstate == "42703"
    assert str(caught.value).splitlines()[1:3] == ["LINE 2:   totl FROM orders", "          ^"]


def test_writing_is_refused(database: Database) -> None:
    with pytest.raises(QueryFailed) as caught:
        database.query("DELETE FROM orders")
    assert caught.value.code in ("read-only", "permission-denied")


def test_two_statements_are_refused(database: Database) -> None:
    with pytest.raises(QueryFailed) as caught:
        database.query("SELECT 1; SELECT 2")
    assert caught.value.code == "several-statements"


def test_a_reader_elsewhere_gets_the_same_rows_through_the_socket(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = "SELECT * FROM orders ORDER BY id"
    mapped = database.query_arrow(sql)

    def no_such_file(path: str) -> pa.MemoryMappedFile:
        raise FileNotFoundError(path)

    monkeypatch.setattr(pa, "memory_map", no_such_file)
    assert database.query_arrow(sql).equals(mapped)


def test_missing_rows_are_an_error(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    import db_connection.execution as module

    def one_row_short(client: Any, status: Any) -> pa.Table:
        return read_rows(client, type(status)(**{**vars(status), "rows": status.rows + 1}))

    monkeypatch.setattr(module, "read_rows", one_row_short)
    with pytest.raises(ReplicaError, match="3 rows arrived of 4"):
        database.query("SELECT * FROM generate_series(1, 3)")


def test_rows_stay_valid_after_the_result_is_released(database: Database) -> None:
    table = database.query_arrow("SELECT g, repeat('x', 100) AS t FROM generate_series(1, 200000) g")
    database.query("SELECT 1")
    assert table.column("g").to_pylist() == list(range(1, 200_001))


def test_a_limit_reads_so_many_rows_and_says_that_there_were_more(database: Database) -> None:
    frame = database.query("SELECT g FROM generate_series(1, 5000000) g", limit=7)
    assert frame["g"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert frame.attrs["truncated"] is True
    assert database.query("SELECT 1 AS one", limit=7).attrs["truncated"] is False


def test_a_limit_below_zero_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="limit is a number of rows, not -1"):
        database.query("SELECT 1", limit=-1)
