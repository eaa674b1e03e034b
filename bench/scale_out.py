"""Local Spark beside the single-machine export, under one snapshot while the primary writes.

Prints a line of JSON a figure: ``python bench/scale_out.py SCALE`` with pyspark and test/python on the path;
at scale 1 the table has five million rows.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import boto3
from db_connection import Database, connect
from db_connection.dataset import Dataset
from db_connection.scale_out import Job
from db_connection.spark_jars import ensure_jars
from replica_spark.columns import columns
from replica_spark.export import FETCH_ROWS
from replica_spark.login import Login
from replica_spark.sessions import joining
from replica_spark.spark import open_spark
from support.spark import NARROW, by_id, create_narrow, create_schema, spark_environment, writing
from support.stack import Stack, embedded_stack

ROWS = 5_000_000
WIDE = "scaled.wide"
SKEWS = ("power", "heavy", "missing")


def main() -> None:
    rows = round(ROWS * float(sys.argv[1]))
    with tempfile.TemporaryDirectory(prefix="scale-out-") as folder:
        directory = Path(folder)
        state = directory / "stack"
        state.mkdir()
        with embedded_stack(state) as stack:
            environment = {
                **spark_environment(directory),
                **stack.environment,
                "JUPYTERLAB_REPLICA_JOURNAL_DIR": str(directory / "journal"),
            }
            # The figures are of Spark as users have it.
            environment.pop("JAVA_TOOL_OPTIONS")
            os.environ.update(environment)
            prepare(stack, rows)
            database = connect(environ=environment)
            exports(database, stack, rows)
            skewed(database, stack)
            for table in (NARROW, WIDE):
                stages(database, stack, table, directory)
            to_s3(stack)


def prepare(stack: Stack, rows: int) -> None:
    with stack.owner() as owner:
        create_schema(stack, owner)
        create_narrow(stack, owner, rows)
        owner.execute(
            f"CREATE TABLE {WIDE} AS SELECT g AS id, md5(g::text) || md5((-g)::text) AS t,"
            " (g / 7.0)::numeric(12,2) AS n, timestamptz '2026-01-01Z' + g * interval '1 s' AS at,"
            " g / 7.0::float8 AS d, md5((2 * g)::text)::uuid AS u, repeat('x', g % 200) AS note"
            f" FROM generate_series(1, {rows // 5}) g".encode()
        )
        owner.execute(
            "CREATE TABLE scaled.skewed AS SELECT g AS id, (random() ^ 8 * 1e9)::bigint AS power,"
            " CASE WHEN g % 5 < 3 THEN 7 ELSE g END AS heavy, CASE WHEN g % 3 > 0 THEN g END AS missing"
            f" FROM generate_series(1, {rows // 10}) g".encode()
        )
        for column in SKEWS:
            owner.execute(f"CREATE INDEX ON scaled.skewed ({column})".encode())
        owner.execute("ANALYZE scaled.skewed")
        stack.replayed(owner)


def exports(database: Database, stack: Stack, rows: int) -> None:
    bucket = stack.description["aws"]["bucket"]
    with writing(stack, rows), database.snapshot():
        started = time.monotonic()
        single = database.to_s3(f"SELECT * FROM {NARROW}", f"s3://{bucket}/bench/single")
        tell("single-machine", "seconds", time.monotonic() - started, "s")
        assert isinstance(single, Dataset)
        expected = by_id(single.to_arrow())
        tell("single-machine", "rows", len(expected), "")
        for sessions in (1, 2):
            started = time.monotonic()
            job = database.scale_out.export(
                NARROW, f"s3://{bucket}/bench/spark-{sessions}", sessions=sessions
            )
            found = job.wait()
            name = f"spark-{sessions}"
            tell(name, "seconds", time.monotonic() - started, "s")
            tell(name, "writing", phase_seconds(job.log(100), "writing", "verifying"), "s")
            tell(name, "equal-to-single-machine", int(by_id(found.to_arrow()).equals(expected)), "")
            if not by_id(found.to_arrow()).equals(expected):
                raise SystemExit("The rows differ.")


def skewed(database: Database, stack: Stack) -> None:
    """The rows of each part that the planner makes, counted by another driver."""
    bucket = stack.description["aws"]["bucket"]
    for column in SKEWS:
        sql = f"SELECT id, {column} FROM scaled.skewed WHERE id > 0"
        plan = planned(database.scale_out.export(sql, f"s3://{bucket}/bench/{column}", key=column, parts=8))
        counts = [
            count(stack, f"SELECT count(*) FROM {plan['source']} WHERE {part}") for part in plan["parts"]
        ]
        tell(f"key-{column}", "largest-part", max(counts) * len(counts) / sum(counts), "of the mean")


def stages(database: Database, stack: Stack, table: str, directory: Path) -> None:
    """What the parts of an export's time give by themselves, in bytes of the table's pages a second."""
    bucket = stack.description["aws"]["bucket"]
    megabytes = count(stack, f"SELECT pg_relation_size('{table}')") / 1e6
    tell(table, "size", megabytes, "MB")
    command = f"COPY {table} TO STDOUT (FORMAT binary)".encode()
    with (
        timed(table, "server-copies-binary", megabytes),
        stack.judge() as judge,
        judge.cursor().copy(command) as rows,
    ):
        for _ in rows:
            pass
    job = database.scale_out.export(table, f"s3://{bucket}/bench/stages", sessions=2)
    plan = {**planned(job), "snapshot": None}
    with timed(table, "counts-1-session", megabytes):
        for part in plan["parts"]:
            count(stack, f"SELECT count(*) FROM {plan['source']} WHERE {part}")
    login = Login(plan["login"])
    properties = {
        **login.properties,
        **{"driver": "org.postgresql.Driver", "fetchsize": str(FETCH_ROWS)},
        "sessionInitStatement": joining(plan, None),
    }
    for sessions in (1, 2):
        spark = open_spark(plan, sessions, [str(jar) for jar in ensure_jars()])
        frame = spark.read.jdbc(login.url, plan["source"], predicates=plan["parts"], properties=properties)
        frame = frame.select(*columns(plan))
        frame.limit(1000).write.format("noop").mode("overwrite").save()
        with timed(table, f"jdbc-{sessions}-sessions", megabytes):
            frame.write.format("noop").mode("overwrite").save()
        kept = frame.cache()
        kept.limit(200_000).write.parquet(str(directory / f"{table}-{sessions}-warm"))
        kept.count()
        with timed(table, f"encodes-{sessions}-cores", megabytes):
            kept.write.option("compression", "zstd").parquet(str(directory / f"{table}-{sessions}"))
        spark.stop()


def to_s3(stack: Stack) -> None:
    content, megabytes = os.urandom(2**26), 2**26 / 1e6
    with timed("emulated-s3", "takes", megabytes):
        boto3.client("s3").put_object(Bucket=stack.description["aws"]["bucket"], Key="bench/x", Body=content)


@contextmanager
def timed(case: str, metric: str, megabytes: float) -> Iterator[None]:
    started = time.monotonic()
    yield
    tell(case, metric, megabytes / (time.monotonic() - started), "MB/s")


def planned(job: Job) -> Any:
    """The plan of a job, which is then cancelled."""
    address = urlparse(job.details["plan"])
    found = boto3.client("s3").get_object(Bucket=address.netloc, Key=address.path[1:])
    job.cancel()
    # It may only be starting, and would take its share of the machine from what is measured next.
    if job._run is not None:
        job._run.process.wait()
    return json.loads(found["Body"].read())


def count(stack: Stack, sql: str) -> int:
    with stack.judge() as judge:
        found = judge.execute(sql.encode()).fetchone()
    assert found is not None
    return int(found[0])


def phase_seconds(log: list[str], first: str, then: str) -> float:
    """Between two phases, by the seconds that the job's log has."""
    at = {line[9:]: datetime.strptime(line[:8], "%H:%M:%S") for line in log}
    return (at[then] - at[first]).total_seconds()


def tell(case: str, metric: str, value: float, unit: str) -> None:
    figure = {"bench": "scale-out", "case": case, "table": "", "metric": metric}
    print(json.dumps({**figure, "value": round(value, 2), "unit": unit}), flush=True)


if __name__ == "__main__":
    main()
