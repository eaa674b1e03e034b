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
from datetime import datetime
from pathlib import Path
from urllib.parse import urlparse

import boto3
from db_connection import Database, connect
from db_connection.dataset import Dataset
from support.spark import NARROW, by_id, create_narrow, create_schema, spark_environment, writing
from support.stack import Stack, embedded_stack

ROWS = 5_000_000
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


def prepare(stack: Stack, rows: int) -> None:
    with stack.owner() as owner:
        create_schema(stack, owner)
        create_narrow(stack, owner, rows)
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
    s3 = boto3.client("s3")
    for column in SKEWS:
        sql = f"SELECT id, {column} FROM scaled.skewed WHERE id > 0"
        job = database.scale_out.export(sql, f"s3://{bucket}/bench/{column}", key=column, parts=8)
        address = urlparse(job.details["plan"])
        plan = json.loads(s3.get_object(Bucket=bucket, Key=address.path[1:])["Body"].read())
        job.cancel()
        counts = [
            count(stack, f"SELECT count(*) FROM {plan['source']} WHERE {part}") for part in plan["parts"]
        ]
        tell(f"key-{column}", "largest-part", max(counts) * len(counts) / sum(counts), "of the mean")


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
