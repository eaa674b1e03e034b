"""Rows as they arrive, from a real standby."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet
import pytest
from db_connection import Cancelled, Database, QueryFailed, connect
from support.eventually import eventually
from support.jupyter import SOURCES
from support.stack import SLOW, Stack

MANY = "SELECT generate_series(1, 2000000000) AS g, repeat('x', 200) AS text"


def in_transaction(stack: Stack, fragment: str) -> int:
    """How many sessions hold a statement open; one that waits for its reader is not executing."""
    with stack.judge() as judge:
        found = judge.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE state <> 'idle' AND pid <> pg_backend_pid() AND query LIKE %s",
            [f"%{fragment}%"],
        ).fetchone()
    assert found is not None
    return int(found[0])


def test_a_stream_has_all_rows_in_order(database: Database) -> None:
    with database.stream("SELECT g FROM generate_series(1, :n) g", {"n": 200_000}) as reader:
        assert isinstance(reader, pa.RecordBatchReader)
        assert reader.schema.names == ["g"]
        rows = [value for batch in reader for value in batch["g"].to_pylist()]
    assert rows == list(range(1, 200_001))
    last = database.last()
    assert last is not None
    assert (last.state, last.rows) == ("done", 200_000)
    assert last.sql == "SELECT g FROM generate_series(1, :n) g"


def test_arrows_own_readers_take_it(database: Database, tmp_path: os.PathLike[str]) -> None:
    sql = "SELECT * FROM orders ORDER BY id"
    assert database.stream(sql).read_all().equals(database.query_arrow(sql))
    path = os.path.join(tmp_path, "orders.parquet")
    with database.stream(sql) as reader, pa.parquet.ParquetWriter(path, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
    assert pa.parquet.read_metadata(path).num_rows == database.scalar("SELECT count(*) FROM orders")
    with database.stream(sql) as reader:
        exported = pa.RecordBatchReader.from_stream(reader).read_all()
    assert exported.num_rows == pa.parquet.read_metadata(path).num_rows


def test_leaving_early_ends_the_statement_in_the_server(database: Database, stack: Stack) -> None:
    with database.stream(f"{MANY} -- left-early") as reader:
        assert reader.read_next_batch().num_rows > 0
        assert in_transaction(stack, "left-early") == 1
    assert eventually(lambda: in_transaction(stack, "left-early") == 0, 1)
    last = database.last()
    assert last is not None
    assert last.state == "cancelled"
    reader.close()


def test_a_stream_that_is_dropped_ends_its_statement(database: Database, stack: Stack) -> None:
    reader = database.stream(f"{MANY} -- dropped")
    reader.read_next_batch()
    assert in_transaction(stack, "dropped") == 1
    del reader
    assert eventually(lambda: in_transaction(stack, "dropped") == 0, 2)


def test_cancel_all_reaches_streams_and_the_next_read_says_so(database: Database) -> None:
    with database.stream(MANY) as reader:
        reader.read_next_batch()
        assert database.cancel_all() == 1
        with pytest.raises(Cancelled):
            for _ in reader:
                pass
    assert database.cancel_all() == 0


def test_an_error_before_the_first_row_is_pointed_at(database: Database) -> None:
    with pytest.raises(QueryFailed) as caught:
        database.stream("SELECT :a::int,\n  totl FROM orders", {"a": 1})
    assert str(caught.value).splitlines()[1:3] == ["LINE 2:   totl FROM orders", "          ^"]
    assert database.cancel_all() == 0


def test_an_error_after_rows_is_raised_by_the_read_that_meets_it(database: Database) -> None:
    sql = "SELECT 1 / (3000000 - g) AS x, repeat('x', 100) FROM generate_series(1, 3000001) g"
    reader = database.stream(sql)
    rows = reader.read_next_batch().num_rows
    with pytest.raises(QueryFailed, match="division by zero") as caught:
        rows += sum(batch.num_rows for batch in reader)
    assert caught.value.sqlstate == "22012"
    assert 0 < rows < 3_000_000


@pytest.mark.parametrize("between", ["", "reader.read_next_batch()"])
def test_an_interrupt_stops_a_stream_in_the_server(database: Database, stack: Stack, between: str) -> None:
    sql = f"{MANY if between else SLOW} -- interrupted-stream"
    source = f"""
from db_connection import connect
with connect(socket_path={database.socket_path!r}).stream({sql!r}) as reader:
    {between or "pass"}
    print("read", flush=True)
    for _ in reader:
        pass
"""
    program = subprocess.Popen(
        [sys.executable, "-c", source],
        env={**os.environ, "PYTHONPATH": SOURCES},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert eventually(lambda: in_transaction(stack, "interrupted-stream") == 1, 20)
    if between and program.stdout:
        program.stdout.readline()
    program.send_signal(signal.SIGINT)
    assert eventually(lambda: in_transaction(stack, "interrupted-stream") == 0, 2)
    _, stderr = program.communicate(timeout=20)
    assert "KeyboardInterrupt" in stderr


def test_more_rows_than_the_gateway_may_store_pass_through_in_constant_memory(stack: Stack) -> None:
    environ = {**os.environ, **stack.environment, "JUPYTERLAB_REPLICA_SPOOL_BUDGET_MB": "32"}
    small = connect(environ=environ)
    source = f"""
import resource
from db_connection import connect
db = connect(socket_path={small.socket_path!r})
def read(rows):
    columns = ", ".join(f"g + {{n}}::bigint AS c{{n}}" for n in range(8))
    # The planner expects a thousand rows of a series whose end is a subquery.
    with db.stream(f"SELECT {{columns}} FROM generate_series(1, (SELECT {{rows}})) g") as reader:
        return sum(batch.num_rows for batch in reader), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
few, before = read(200_000)
many, after = read(1_500_000)
print(few, many, after - before < 60_000)
"""
    result = subprocess.run(
        [sys.executable, "-c", source],
        env={**os.environ, "PYTHONPATH": SOURCES},
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert (result.stdout, result.stderr) == ("200000 1500000 True\n", "")
