"""Several queries on one frozen view of the standby, while the primary goes on."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pyarrow.parquet
import pytest
from db_connection import (
    Database,
    ReplicaConflict,
    ReplicaError,
    Snapshot,
    SnapshotEnded,
    SnapshotUnavailable,
    connect,
)
from db_connection.dataset import Dataset
from db_connection.s3_files import open_s3
from support.eventually import eventually
from support.hasty_replay import hasty_replay
from support.jupyter import FORKS, SOURCES
from support.stack import Stack

COUNT = "SELECT count(*) FROM frozen.entries"
HOLDERS = "FROM pg_stat_activity WHERE application_name LIKE '%snapshot of script%' AND state <> 'idle'"


@pytest.fixture(scope="module")
def primary(stack: Stack) -> Iterator[psycopg.Connection]:
    with stack.owner() as owner:
        owner.execute("CREATE SCHEMA frozen")
        owner.execute("CREATE TABLE frozen.entries AS SELECT generate_series(1, 1000) AS id")
        owner.execute("CREATE TABLE frozen.vacuumed AS SELECT generate_series(1, 1000) AS id")
        owner.execute(
            "CREATE TABLE frozen.wide AS SELECT g AS id, repeat('x', 600) AS filler"
            " FROM generate_series(1, 40000) g"
        )
        reader = stack.description["reader"]["user"]
        owner.execute(f"GRANT USAGE ON SCHEMA frozen TO {reader}".encode())
        owner.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA frozen TO {reader}".encode())
        stack.replayed(owner)
        yield owner
        owner.execute("DROP SCHEMA frozen CASCADE")


def add_one(stack: Stack, primary: psycopg.Connection) -> None:
    primary.execute("INSERT INTO frozen.entries SELECT max(id) + 1 FROM frozen.entries")
    stack.replayed(primary)


def holders(stack: Stack) -> int:
    with stack.judge() as judge:
        found = judge.execute(f"SELECT count(*) {HOLDERS}".encode()).fetchone()
    assert found is not None
    return int(found[0])


def test_queries_of_a_block_see_one_view(
    database: Database, stack: Stack, primary: psycopg.Connection
) -> None:
    with database.snapshot() as snapshot:
        before = database.scalar(COUNT)
        add_one(stack, primary)
        assert database.scalar(COUNT) == before
        assert database.query(COUNT)["count"].tolist() == [before]
        assert database.query_arrow(COUNT)["count"].to_pylist() == [before]
        with database.stream("SELECT id FROM frozen.entries") as batches:
            assert sum(batch.num_rows for batch in batches) == before
        assert snapshot.as_of.endswith("Z")
        assert snapshot.status.lag_ms is not None
        assert holders(stack) == 1
    assert database.scalar(COUNT) == before + 1
    assert holders(stack) == 0


def test_threads_and_tasks_inside_the_block_see_it_too(
    database: Database, stack: Stack, primary: psycopg.Connection
) -> None:
    with database.snapshot():
        before = database.scalar(COUNT)
        add_one(stack, primary)
        with ThreadPoolExecutor(3) as pool:
            assert list(pool.map(database.scalar, [COUNT] * 4)) == [before] * 4

        async def ask() -> list[int]:
            frames = await asyncio.gather(*(database.aquery(COUNT) for _ in range(2)))
            return [int(frame["count"][0]) for frame in frames]

        assert asyncio.run(ask()) == [before, before]


def test_a_parallel_read_has_the_rows_of_the_view(
    database: Database, stack: Stack, primary: psycopg.Connection
) -> None:
    with database.snapshot():
        primary.execute("DELETE FROM frozen.wide WHERE id % 100 = 0")
        stack.replayed(primary)
        frame = database.query("SELECT * FROM frozen.wide", parallel=2)
        assert frame.attrs["parallel"] == {"connections": 2, "refusal": None}
        plain = database.query("SELECT * FROM frozen.wide", parallel=1)
        assert frame.sort_values("id", ignore_index=True).equals(plain.sort_values("id", ignore_index=True))
        assert len(plain) == 40_000
    assert len(database.query("SELECT id FROM frozen.wide")) == 39_600


def test_a_block_within_a_block_sees_the_outer_view(
    database: Database, stack: Stack, primary: psycopg.Connection
) -> None:
    with database.snapshot() as outer:
        before = database.scalar(COUNT)
        add_one(stack, primary)
        with database.snapshot() as inner:
            assert inner is outer
            assert database.scalar(COUNT) == before
        assert database.scalar(COUNT) == before


@contextmanager
def written_to(stack: Stack, statement: str) -> Iterator[None]:
    """The primary goes on writing all through the block."""
    done = threading.Event()

    def write() -> None:
        with stack.owner() as owner:
            while not done.is_set():
                owner.execute(statement.encode())

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        done.set()
        writer.join()


@pytest.mark.parametrize("single", [False, True])
def test_an_export_writes_the_rows_of_the_view_while_the_primary_goes_on(
    database: Database, stack: Stack, primary: psycopg.Connection, bucket: str, single: bool
) -> None:
    sums = "SELECT count(*), sum(id), max(id) FROM frozen.entries"
    uri = f"s3://{bucket}/snapshots/{'one.parquet' if single else 'entries'}"
    more = "INSERT INTO frozen.entries SELECT max(id) + 1 FROM frozen.entries"
    with written_to(stack, more), database.snapshot() as snapshot:
        before = database.query_arrow(sums).to_pylist()
        add_one(stack, primary)
        written = database.to_s3("SELECT id FROM frozen.entries", uri, single=single)
        assert database.query_arrow(sums).to_pylist() == before
        as_of = snapshot.as_of
    stack.replayed(primary)
    if isinstance(written, Dataset):
        ids = written.to_arrow(columns=["id"])["id"]
        assert written.manifest.as_of == as_of
    else:
        ids = pyarrow.parquet.read_table(written.removeprefix("s3://"), filesystem=open_s3())["id"]
    numbers = ids.to_pylist()
    assert [{"count": len(numbers), "sum": sum(numbers), "max": max(numbers)}] == before
    assert database.query_arrow(sums).to_pylist() != before


def test_threads_have_snapshots_of_their_own(
    database: Database, stack: Stack, primary: psycopg.Connection
) -> None:
    seen: dict[str, int] = {}
    opened, may_end = threading.Event(), threading.Event()
    snapshots: list[Snapshot] = []

    def other() -> None:
        with database.snapshot() as snapshot:
            snapshots.append(snapshot)
            opened.set()
            may_end.wait(30)
            seen["other"] = database.scalar(COUNT)

    with database.snapshot() as mine:
        before = database.scalar(COUNT)
        add_one(stack, primary)
        thread = threading.Thread(target=other)
        thread.start()
        assert opened.wait(30)
        assert database.scalar(COUNT) == before

        def stray() -> None:
            with pytest.raises(
                ReplicaError, match="2 snapshots are open, and this thread is in none of them"
            ):
                database.scalar(COUNT)
            with mine:
                seen["mine"] = database.scalar(COUNT)
            with snapshots[0]:
                seen["joined"] = database.scalar(COUNT)

        with ThreadPoolExecutor(1) as pool:
            pool.submit(stray).result()
        assert database.scalar(COUNT) == before
        may_end.set()
        thread.join()
    assert seen == {"mine": before, "joined": before + 1, "other": before + 1}


def test_a_snapshot_ends_after_its_time(database: Database) -> None:
    with database.snapshot(minutes=1 / 60) as snapshot:
        assert database.scalar("SELECT 1 FROM pg_sleep(1.3)") == 1
        with pytest.raises(SnapshotEnded, match="ended after 1 second") as caught:
            database.scalar("SELECT 1")
        assert "JUPYTERLAB_REPLICA_SNAPSHOT_MAX_MIN" in str(caught.value)
    assert database.scalar("SELECT 1") == 1
    with pytest.raises(SnapshotEnded, match="not open"):
        assert snapshot.as_of


def test_replay_that_cannot_wait_ends_it_as_a_conflict(
    database: Database, stack: Stack, primary: psycopg.Connection
) -> None:
    with hasty_replay(stack), database.snapshot():
        assert database.scalar("SELECT count(*) FROM frozen.vacuumed") == 1000
        primary.execute("DELETE FROM frozen.vacuumed")
        primary.execute("VACUUM frozen.vacuumed")
        assert eventually(lambda: holders(stack) == 0, 20)
        with pytest.raises(ReplicaConflict, match="ended it") as caught:
            database.query("SELECT * FROM frozen.vacuumed")
        assert "run all of its queries again" in str(caught.value)
    assert database.scalar("SELECT count(*) FROM frozen.vacuumed") == 0


def test_a_server_that_cannot_share_its_view_is_said_so(
    database: Database, stack: Stack, primary: psycopg.Connection
) -> None:
    with stack.admin("primary") as admin:
        admin.execute("REVOKE EXECUTE ON FUNCTION pg_export_snapshot() FROM PUBLIC")
        stack.replayed(primary)
        try:
            with (
                pytest.raises(SnapshotUnavailable, match="does not let its view be shared"),
                database.snapshot(),
            ):
                pass
            assert database.scalar("SELECT 1") == 1
        finally:
            admin.execute("GRANT EXECUTE ON FUNCTION pg_export_snapshot() TO PUBLIC")
            stack.replayed(primary)


def test_a_gateway_with_one_connection_has_none_for_a_snapshot(stack: Stack) -> None:
    alone = connect(environ={**os.environ, **stack.environment, "JUPYTERLAB_REPLICA_POOL_SIZE": "1"})
    with pytest.raises(SnapshotUnavailable, match="may have only one"), alone.snapshot():
        pass


def test_a_forked_process_sees_its_parents_snapshot_and_leaves_it_open(
    stack: Stack, primary: psycopg.Connection
) -> None:
    source = """
import os
from db_connection import db

with db.snapshot() as snapshot:
    before = db.scalar("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
    child = os.fork()
    if child == 0:
        same = db.scalar("SELECT pg_snapshot_xmin(pg_current_snapshot())::text") == before
        with db.snapshot() as joined:
            same = same and joined.id == snapshot.id
        snapshot.__exit__(None, None, None)
        os._exit(0 if same else 1)
    assert os.waitpid(child, 0)[1] == 0
    print(db.scalar("SELECT 'still open'"))
"""
    environ = {name: value for name, value in os.environ.items() if name != "JUPYTERLAB_REPLICA_SOCKET"}
    done = subprocess.run(
        [sys.executable, "-c", source],
        env={**environ, **stack.environment, "PYTHONPATH": SOURCES, "PYTHONWARNINGS": FORKS},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("still open\n", "")
