"""Spark for tests: quick to start rather than to compute, with a log of all that its pages would show."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import psycopg
import pyarrow as pa
from db_connection.dataset import Dataset
from db_connection.s3_files import open_s3, parse_uri

from .stack import Stack

ROOT = Path(__file__).parents[3]
#: Where `npm test` installs pyspark and the Java libraries.
FOLDER = ROOT / ".demo" / "spark"
NARROW = "scaled.narrow"


def spark_environment(events: Path) -> dict[str, str]:
    """What a program that starts Spark finds in its environment; its event log goes to `events`."""
    configuration = events / "conf"
    configuration.mkdir(parents=True, exist_ok=True)
    (configuration / "spark-defaults.conf").write_text(
        f"spark.eventLog.enabled true\nspark.eventLog.dir file://{events}\n"
    )
    return {
        **os.environ,
        "JUPYTERLAB_REPLICA_JARS": str(ROOT / ".demo" / "spark-jars"),
        "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "SPARK_CONF_DIR": str(configuration),
    }


def by_id(table: pa.Table) -> pa.Table:
    return table.sort_by("id").combine_chunks()


def create_schema(stack: Stack, owner: psycopg.Connection) -> None:
    """Make the schema `scaled`, whose tables the reader may read."""
    reader = stack.description["reader"]["user"]
    owner.execute("CREATE SCHEMA scaled")
    owner.execute(f"GRANT USAGE ON SCHEMA scaled TO {reader}".encode())
    owner.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA scaled GRANT SELECT ON TABLES TO {reader}".encode())


def create_narrow(stack: Stack, owner: psycopg.Connection, rows: int) -> str:
    """Make `scaled.narrow` with so many rows of about 40 bytes, on both servers, and return its name."""
    owner.execute(
        f"CREATE TABLE {NARROW} WITH (autovacuum_enabled = off) AS SELECT g AS id, g::bigint * 7 AS worth,"
        f" (g % 1000)::smallint AS kind FROM generate_series(1, {rows}) g".encode()
    )
    owner.execute(f"CREATE INDEX ON {NARROW} (id)".encode())
    stack.replayed(owner)
    return NARROW


@contextmanager
def writing(stack: Stack, rows: int) -> Iterator[threading.Event]:
    """Delete, update and insert in `scaled.narrow` until the block ends; the event says that it has begun."""
    stop, begun = threading.Event(), threading.Event()

    def write() -> None:
        with stack.owner() as owner:
            turn = 0
            while not stop.wait(0.02):
                turn += 1
                low = turn * 9973 % rows
                owner.execute(f"DELETE FROM {NARROW} WHERE id BETWEEN %s AND %s".encode(), [low, low + 50])
                owner.execute(
                    f"UPDATE {NARROW} SET worth = -1 WHERE id BETWEEN %s AND %s".encode(),
                    [low + 60, low + 200],
                )
                owner.execute(f"INSERT INTO {NARROW} VALUES (%s, %s, 1)".encode(), [rows + turn, turn])
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield begun
    finally:
        stop.set()
        writer.join()


def left(stack: Stack, bucket: str, prefix: str) -> list[str]:
    """Keys of files, manifests and open uploads that begin with `prefix`, without those of jobs."""
    s3 = boto3.client("s3", endpoint_url=stack.environment["AWS_ENDPOINT_URL"])
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]
    uploads = s3.list_multipart_uploads(Bucket=bucket, Prefix=prefix).get("Uploads", [])
    return [key for key in keys if "/_jobs/" not in key] + [one["Key"] for one in uploads]


def fetch(written: object, folder: Path, *, flat: bool = False) -> None:
    """The files of a version, in directories as on S3, or `flat`, all in one."""
    assert isinstance(written, Dataset)
    s3 = open_s3()
    bucket, prefix = parse_uri(written.uri)
    folder.mkdir(exist_ok=True)
    for number, file in enumerate(written.manifest.files):
        place = folder / (f"{number}.parquet" if flat else file.path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(s3.open_input_stream(f"{bucket}/{prefix}/{file.path}").read())


def texts(rows: pa.Table) -> list[list[str]]:
    """Each row's values as Spark's Python writes them."""
    return [[text(value) for value in row.values()] for row in rows.to_pylist()]


def text(value: object) -> str:
    if isinstance(value, bytes):
        return str(bytearray(value))
    return str(value).removesuffix("+00:00")
