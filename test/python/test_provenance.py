"""A frame says where it came from, and can be read again."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pandas
import psycopg
import pytest
from db_connection import Database, QueryFailed, secret
from db_connection.provenance import drift
from support.stack import Stack

SQL = "SELECT id, status, total FROM orders WHERE id <= :last AND :key <> 'x'"


@pytest.fixture
def drifting(stack: Stack) -> Iterator[psycopg.Connection]:
    with stack.owner() as owner:
        owner.execute(
            "CREATE TABLE drifting AS SELECT g AS id, g::text AS name, 1.5 AS old"
            " FROM generate_series(1, 1000) g"
        )
        owner.execute(f"GRANT SELECT ON drifting TO {stack.description['reader']['user']}".encode())
        stack.replayed(owner)
        yield owner
        owner.execute("DROP TABLE drifting")


def test_a_frame_says_where_it_came_from(database: Database) -> None:
    frame = database.query(SQL, {"last": 3, "key": "open"}, numeric="decimal")
    attrs = frame.attrs
    assert attrs["sql"] == SQL
    assert attrs["params"] == {"last": "3", "key": "open"}
    assert attrs["rows"] == len(frame) == 3
    assert attrs["elapsed_ms"] > 0
    assert attrs["profile"] == "default"
    assert attrs["snapshot"] is None
    assert attrs["truncated"] is False
    assert attrs["numeric"] == "decimal"
    assert attrs["columns"] == [["id", "bigint"], ["status", "order_status"], ["total", "numeric(12,2)"]]
    assert re.fullmatch("[0-9a-f]{16}", attrs["schema_hash"])
    assert abs(pandas.Timestamp(attrs["as_of"]) - pandas.Timestamp.now("UTC")) < pandas.Timedelta("60s")


def test_the_lag_is_that_of_the_moment_the_statement_began(
    database: Database, stack: Stack, drifting: psycopg.Connection
) -> None:
    drifting.execute("UPDATE drifting SET old = 2 WHERE id = 1")
    stack.replayed(drifting)
    lag = database.query("SELECT 1 AS one").attrs["lag_ms"]
    assert lag is not None
    assert 0 <= lag < 60_000


def test_queries_of_a_snapshot_have_its_moment(database: Database) -> None:
    with database.snapshot() as snapshot:
        frames = [database.query("SELECT 1 AS one") for _ in range(2)]
        assert [frame.attrs["as_of"] for frame in frames] == [snapshot.as_of] * 2
        assert [frame.attrs["snapshot"] for frame in frames] == [snapshot.id] * 2


def test_a_secret_is_bound_and_never_shown(database: Database) -> None:
    hidden = secret("s3cret-value")
    frame = database.query(
        "SELECT length(:key) AS size, :shown::text AS shown", {"key": hidden, "shown": "a"}
    )
    assert frame["size"].tolist() == [12]
    assert frame.attrs["params"] == {"key": {"secret": True}, "shown": "a"}
    assert "s3cret" not in repr(hidden) + repr(frame.attrs) + str(vars(database.last()))
    with pytest.raises(QueryFailed, match="invalid input syntax") as caught:
        database.query("SELECT :key::int", {"key": hidden})
    assert "s3cret" not in str(caught.value) + repr(caught.value.body)
    numbered = database.query("SELECT $1::text AS a, $2::text AS b", [secret("s3cret"), "b"])
    assert numbered.attrs["params"] == [{"secret": True}, "b"]


def test_it_survives_copies_pickles_and_parquet(database: Database, tmp_path: Path) -> None:
    frame = database.query(SQL, {"last": 50, "key": secret("k")})
    assert json.loads(json.dumps(frame.attrs)) == frame.attrs
    path = tmp_path / "orders.parquet"
    frame.to_parquet(path)
    several = pandas.concat([frame, frame])
    for other in (
        frame.copy(),
        frame[frame["id"] > 3],
        frame.sort_values("total").reset_index(drop=True),
        frame.assign(more=1),
        pickle.loads(pickle.dumps(frame)),
        pandas.read_parquet(path),
        several,
    ):
        assert other.attrs == frame.attrs


def test_rerun_reads_the_same_again(database: Database, tmp_path: Path) -> None:
    frame = database.query(SQL, {"last": 50, "key": secret("k")}, dtype_backend="pyarrow")
    frame.to_parquet(tmp_path / "x.parquet")
    kept = pandas.read_parquet(tmp_path / "x.parquet")
    with pytest.raises(TypeError, match="the value of :key was secret"):
        database.rerun(kept)
    again, changes = database.rerun(kept, {"key": "k"})
    pandas.testing.assert_frame_equal(again, frame)
    assert not changes
    assert str(changes) == "50 rows; the same columns"


def test_rerun_reports_rows_and_columns_that_have_changed(
    database: Database, stack: Stack, drifting: psycopg.Connection
) -> None:
    frame = database.query("SELECT * FROM drifting WHERE id > $1", [10])
    drifting.execute("DELETE FROM drifting WHERE id > 900")
    drifting.execute("ALTER TABLE drifting DROP COLUMN old")
    drifting.execute("ALTER TABLE drifting ALTER COLUMN id TYPE bigint")
    drifting.execute("ALTER TABLE drifting ADD COLUMN coupon text")
    stack.replayed(drifting)
    again, changes = database.rerun(frame)
    assert len(again) == 890
    assert (changes.rows_before, changes.rows_now) == (990, 890)
    assert changes.schema
    assert changes.added == [("coupon", "text")]
    assert changes.removed == [("old", "numeric")]
    assert changes.retyped == [("id", "integer", "bigint")]
    assert changes.as_of_before < changes.as_of_now
    assert str(changes) == (
        "990 → 890 rows (-100); new column coupon text; no column old any more; id was integer and is bigint"
    )


def test_columns_of_one_name_are_told_apart() -> None:
    def attrs(*columns: tuple[str, str]) -> dict[str, object]:
        return {"columns": [list(column) for column in columns], "rows": 1, "as_of": "now"}

    before = attrs(("a", "text"), ("a", "integer"), ("b", "text"))
    assert not drift(before, before)
    assert drift(before, attrs(("a", "text"), ("a", "bigint"), ("b", "text"))).retyped == [
        ("a", "integer", "bigint")
    ]
    assert drift(before, attrs(("b", "text"), ("a", "text"), ("a", "integer"))).moved


def test_a_frame_of_elsewhere_cannot_be_read_again(database: Database) -> None:
    with pytest.raises(ValueError, match="does not say where it came from"):
        database.rerun(pandas.DataFrame({"a": [1]}))
