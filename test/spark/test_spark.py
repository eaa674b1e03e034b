"""Exports by Spark in local mode, from the standby to emulated S3, while the primary goes on."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from db_connection import (
    Database,
    ExportFailed,
    QueryFailed,
    ReplicaError,
    SnapshotEnded,
    SnapshotUnavailable,
    connect,
)
from db_connection.dataset import Dataset
from db_connection.scale_out import Job
from support.eventually import eventually
from support.spark import by_id, create_narrow, left, writing
from support.stack import Stack

ROWS = 5_000_000
WAIT_S = 240


@pytest.fixture(scope="session")
def narrow(stack: Stack, primary: psycopg.Connection) -> str:
    return create_narrow(stack, primary, ROWS)


def in_phase(job: Job, phase: str) -> Callable[[], bool]:
    def reached() -> bool:
        status = job.status
        assert not status.final, status
        return phase in (status.phase or "")

    return reached


def test_rows_are_those_of_the_snapshot_although_the_primary_writes_and_sessions_break(
    database: Database, stack: Stack, bucket: str, narrow: str
) -> None:
    uri = f"s3://{bucket}/spark/narrow"
    with writing(stack, ROWS) as begun, database.snapshot():
        assert begun.wait(30)
        job = database.scale_out.export(narrow, uri, sessions=2)
        assert job.details["cutBy"] == 'pages of "scaled"."narrow"'
        assert eventually(in_phase(job, "writing"), WAIT_S)
        with stack.admin("standby") as admin:
            kill = (
                "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name LIKE '%%Spark for%%' AND query LIKE 'SELECT \"c0\"%%' LIMIT 1"
            )
            assert eventually(lambda: admin.execute(kill).fetchone() is not None, WAIT_S)
        dataset = job.wait(WAIT_S)
        expected = database.query_arrow(f"SELECT * FROM {narrow}", parallel=1)
    assert by_id(dataset.to_arrow()).equals(by_id(expected))
    assert dataset.manifest.rows == len(expected)
    assert job.progress == 1
    found = database.scale_out.job(job.name)
    assert found.status.version == dataset.manifest.version
    assert job.name in [one.name for one in database.scale_out.jobs()]


TYPES = """
    SELECT g::int AS id, g::smallint AS small, g * 1000000007::bigint AS big, g % 2 = 0 AS flag,
      g / 3.0::real AS r,
      (g / 7.0)::double precision AS d, (g / 7.0)::numeric(12,2) AS amount, (g / 7.0)::numeric(30,4) AS wide,
      g / 7.0 AS digits, 'ž' || g AS t, 'c'::char(5) AS padded, ('v' || g)::varchar(9) AS short,
      '{"a": 12345678901234567890}'::jsonb AS j, md5(g::text)::uuid AS u, '\\x00ff'::bytea AS raw,
      date '0001-01-01' + g AS day, timestamp '1500-01-01' + g * interval '1.000001 h' AS at,
      timestamptz '2026-01-31 23:00Z' + g * interval '1 h' AS moment, g * interval '1 day 1 s' AS span,
      inet '10.0.0.1' AS net, CASE WHEN g % 3 > 0 THEN ARRAY[g, NULL, -g] END AS list,
      ARRAY['a,b', NULL, '"', ''] AS words, ARRAY[md5(g::text)::uuid] AS ids, int4range(g, g + 3) AS span4,
      CASE WHEN g % 4 > 0 THEN 'a/b=' || g % 3 END AS region
    FROM generate_series(1, 500) g"""


def test_the_same_dataset_as_from_one_machine_and_no_secret_in_what_spark_shows(
    database: Database, stack: Stack, bucket: str, primary: psycopg.Connection, events: Path
) -> None:
    primary.execute(f"CREATE TABLE scaled.types AS {TYPES}".encode())
    primary.execute(
        "INSERT INTO scaled.types (id, day, at, moment)"
        " VALUES (0, 'infinity', '-infinity', 'infinity'), (-1, NULL, NULL, NULL)"
    )
    stack.replayed(primary)
    partition_by = ["region", "moment:month"]
    statement = "SELECT * FROM scaled.types WHERE moment < 'infinity' OR moment IS NULL -- all but one"
    primary.execute("CREATE INDEX ON scaled.types (id)")
    stack.replayed(primary)
    one = database.to_s3(statement, f"s3://{bucket}/spark/one", partition_by=partition_by)
    assert isinstance(one, Dataset)
    job = database.scale_out.export(
        statement, f"s3://{bucket}/spark/both", sessions=2, partition_by=partition_by
    )
    both = job.wait(WAIT_S)
    assert job.details["cutBy"] == "bounds of id"
    expected, found = by_id(one.to_arrow()), by_id(both.to_arrow())
    assert found.equals(expected)
    assert both.manifest.schema == one.manifest.schema
    assert {file.partition for file in both.manifest.files} == {file.partition for file in one.manifest.files}
    whole = database.scale_out.export("scaled.types", f"s3://{bucket}/spark/infinite", parts=1)
    single = database.query_arrow("SELECT * FROM scaled.types")
    assert by_id(whole.wait(WAIT_S).to_arrow()).equals(by_id(single))
    shown = "".join(file.read_text() for file in events.iterdir() if file.is_file())
    assert "JDBC" in shown
    secret = stack.description["reader"]["password"]
    for text in (shown, *job.log(), job._run.log.read_text() if job._run else ""):
        assert secret not in text


def test_a_cancelled_job_leaves_nothing(database: Database, stack: Stack, bucket: str, narrow: str) -> None:
    job = database.scale_out.export(narrow, f"s3://{bucket}/spark/cancelled", sessions=1, parts=50)
    assert eventually(in_phase(job, "writing"), WAIT_S)
    assert job.cancel().state == "cancelled"
    with pytest.raises(ReplicaError) as caught:
        job.wait()
    assert caught.value.code == "cancelled"
    assert left(stack, bucket, "spark/cancelled/") == []


def test_a_job_whose_snapshot_ends_before_it_has_joined_fails(
    database: Database, stack: Stack, bucket: str, narrow: str
) -> None:
    with database.snapshot():
        job = database.scale_out.export(narrow, f"s3://{bucket}/spark/expired", sessions=1)
    with pytest.raises(SnapshotEnded):
        job.wait(WAIT_S)
    assert left(stack, bucket, "spark/expired/") == []
    # The next gateway knows it too, by its name.
    again = connect(environ={**os.environ}).scale_out.job(job.name)
    assert eventually(lambda: again.status.state == "failed", 30)


def test_a_program_that_is_killed_is_noticed_and_leaves_nothing(
    database: Database, stack: Stack, bucket: str, narrow: str
) -> None:
    job = database.scale_out.export(narrow, f"s3://{bucket}/spark/killed", sessions=1)
    assert job._run is not None
    job._run.process.kill()
    with pytest.raises(ExportFailed) as caught:
        job.wait(WAIT_S)
    assert caught.value.code == "export-incomplete"
    assert left(stack, bucket, "spark/killed/") == []


def test_a_program_that_is_killed_at_work_is_noticed_by_those_who_did_not_start_it(
    database: Database, stack: Stack, bucket: str, narrow: str
) -> None:
    job = database.scale_out.export(narrow, f"s3://{bucket}/spark/struck", sessions=1, parts=50)
    assert eventually(in_phase(job, "writing"), WAIT_S)
    assert job._run is not None
    job._run.process.kill()
    with pytest.raises(ReplicaError) as caught:
        database.scale_out.job(job.name).wait(30)
    assert caught.value.code == "export-incomplete"
    assert left(stack, bucket, "spark/struck/") == []


def test_a_spark_that_is_killed_while_it_writes_is_told_and_leaves_nothing(
    database: Database, stack: Stack, bucket: str, narrow: str
) -> None:
    # In local mode the executor is a thread of the one JVM, so that losing it is losing Spark itself.
    job = database.scale_out.export(narrow, f"s3://{bucket}/spark/lost", sessions=1, parts=50)
    assert eventually(in_phase(job, "writing"), WAIT_S)
    assert job._run is not None
    os.kill(java_below(job._run.process.pid), signal.SIGKILL)
    with pytest.raises(ReplicaError) as caught:
        job.wait(WAIT_S)
    assert caught.value.code == "export-incomplete"
    assert left(stack, bucket, "spark/lost/") == []


def java_below(program: int) -> int:
    """The JVM that the program's Python has started."""
    children = Path(f"/proc/{program}/task/{program}/children").read_text().split()
    named = {int(child): Path(f"/proc/{child}/comm").read_text().strip() for child in children}
    return next(child for child, name in named.items() if name == "java")


@contextmanager
def without_shared_snapshots(stack: Stack) -> Iterator[None]:
    """Nobody but the owner may export a snapshot until the block ends."""
    function = b"FUNCTION pg_catalog.pg_export_snapshot()"
    with stack.admin("primary") as admin:
        admin.execute(b"REVOKE EXECUTE ON " + function + b" FROM PUBLIC")
        stack.replayed(admin)
        try:
            yield
        finally:
            admin.execute(b"GRANT EXECUTE ON " + function + b" TO PUBLIC")
            stack.replayed(admin)


@pytest.fixture(scope="session")
def unfit(stack: Stack, primary: psycopg.Connection) -> str:
    primary.execute(
        "CREATE TABLE scaled.unfit (id int, amount numeric(6,2), grid int[]);"
        "INSERT INTO scaled.unfit VALUES (1, 1.5, '{1,2}'), (2, 'NaN', '{{1,2},{3,4}}')"
    )
    stack.replayed(primary)
    return "scaled.unfit"


def test_a_value_that_fits_no_type_ends_the_job(
    database: Database, stack: Stack, bucket: str, unfit: str
) -> None:
    job = database.scale_out.export(unfit, f"s3://{bucket}/spark/unfit", parts=1, as_text=["grid"])
    with pytest.raises(QueryFailed) as caught:
        job.wait(WAIT_S)
    assert caught.value.code == "value-not-representable"
    assert "as_text" in str(caught.value)
    assert left(stack, bucket, "spark/unfit/") == []


def test_parts_are_transactions_of_their_own_where_that_is_accepted_and_columns_are_text(
    database: Database, stack: Stack, bucket: str, unfit: str
) -> None:
    uri = f"s3://{bucket}/spark/separate"
    with without_shared_snapshots(stack):
        with pytest.raises(SnapshotUnavailable) as caught:
            database.scale_out.export(unfit, uri)
        assert "separate_transactions=True" in str(caught.value)
        job = database.scale_out.export(
            unfit, uri, parts=2, as_text=["amount", "grid"], separate_transactions=True
        )
        dataset = job.wait(WAIT_S)
    assert job.details["oneSnapshot"] is False
    assert any("a transaction of its own" in note for note in job.details["notes"])
    assert by_id(dataset.to_arrow()).to_pydict() == {
        "id": [1, 2],
        "amount": ["1.50", "NaN"],
        "grid": ["{1,2}", "{{1,2},{3,4}}"],
    }
