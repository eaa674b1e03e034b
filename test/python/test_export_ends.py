"""What becomes of `db.to_s3` when something happens in the middle: it goes on, or nothing is visible."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pyarrow as pa
import pytest
from db_connection import Database, connect
from db_connection.dataset import Dataset
from db_connection.gateway_client import GatewayClient
from db_connection.s3_files import open_s3
from pyarrow import parquet
from support.eventually import eventually
from support.hasty_replay import hasty_replay
from support.jupyter import SOURCES
from support.stack import SLOW, Stack

STORED = "SELECT rolpassword FROM pg_authid WHERE rolname = %s"
OURS = "application_name LIKE '%export%'"


@pytest.fixture
def s3(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in stack.environment.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    return boto3.client("s3")


@pytest.fixture
def bucket(stack: Stack) -> str:
    return stack.environment["JUPYTERLAB_REPLICA_DATA_BUCKET"]


def nothing_at(s3: Any, bucket: str, prefix: str) -> bool:
    objects = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    uploads = s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return not objects and not [upload for upload in uploads if upload["Key"].startswith(prefix)]


def program(
    stack: Stack, sql: str, uri: str, socket_path: str | None, **more: object
) -> subprocess.Popen[str]:
    """A Python program that exports, through a gateway that others use, or one of its own."""
    environ = {name: value for name, value in os.environ.items() if name != "JUPYTERLAB_REPLICA_SOCKET"}
    place = {} if socket_path is None else {"JUPYTERLAB_REPLICA_SOCKET": socket_path}
    return subprocess.Popen(
        [sys.executable, "-c", f"from db_connection import db\ndb.to_s3({sql!r}, {uri!r}, **{more!r})"],
        env={**environ, **stack.environment, **place, "PYTHONPATH": SOURCES},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("single", [False, True])
def test_an_interrupt_ends_it_in_the_server(
    database: Database, stack: Stack, s3: Any, bucket: str, single: bool
) -> None:
    mark = f"interrupted-export-{single}"
    exporting = program(
        stack, f"{SLOW} -- {mark}", f"s3://{bucket}/{mark}", database.socket_path, single=single
    )
    assert eventually(lambda: stack.running(mark) == 1, 20)
    exporting.send_signal(signal.SIGINT)
    assert eventually(lambda: stack.running(mark) == 0, 5)
    _, stderr = exporting.communicate(timeout=20)
    assert "KeyboardInterrupt" in stderr
    assert nothing_at(s3, bucket, mark)


@pytest.mark.parametrize("single", [False, True])
def test_a_kernel_that_dies_does_not_end_it(
    database: Database, stack: Stack, bucket: str, s3: Any, single: bool
) -> None:
    key = f"outlives-its-kernel-{single}"
    uri = f"s3://{bucket}/{key}"
    sql = "SELECT g, pg_sleep(0.001)::text AS s FROM generate_series(1, 2000) g -- outlives"
    exporting = program(stack, sql, uri, database.socket_path, single=single)
    assert eventually(lambda: stack.running("outlives") == 1, 20)
    exporting.kill()
    exporting.communicate()
    whole = key if single else f"{key}/_manifests/"
    assert eventually(lambda: s3.list_objects_v2(Bucket=bucket, Prefix=whole)["KeyCount"] == 1, 20)
    table = read_table(uri) if single else database.dataset(uri).to_arrow()
    assert table.num_rows == 2000


@pytest.mark.parametrize("single", [False, True])
def test_a_gateway_that_dies_with_its_program_leaves_nothing(
    stack: Stack, bucket: str, s3: Any, single: bool
) -> None:
    mark = f"dies-with-its-program-{single}"
    exporting = program(stack, f"{SLOW} -- {mark}", f"s3://{bucket}/{mark}", None, single=single)
    assert eventually(lambda: stack.running(mark) == 1, 30)
    exporting.kill()
    exporting.communicate()
    assert eventually(lambda: stack.running(mark) == 0, 10)
    assert eventually(lambda: nothing_at(s3, bucket, mark))


@pytest.mark.parametrize("single", [False, True])
def test_it_goes_on_when_nobody_listens_any_more(
    database: Database, stack: Stack, s3: Any, bucket: str, single: bool
) -> None:
    client = GatewayClient(database.socket_path)
    key = f"unheard-{single}"
    uri = f"s3://{bucket}/{key}"
    started = client.start_export(
        {
            "sql": "SELECT g, pg_sleep(0.001)::text AS s FROM generate_series(1, 1000) g -- unheard",
            "bucket": bucket,
            "key": key,
            "dataset": None if single else {"mode": "new-version"},
            "origin": {"kind": "export", "label": "a page that is closed"},
        }
    )

    class Closed(Exception):
        pass

    def close(_: object) -> None:
        raise Closed

    with pytest.raises(Closed):
        client.follow_export(started.export_id, close)
    whole = key if single else f"{key}/_manifests/"
    assert eventually(lambda: s3.list_objects_v2(Bucket=bucket, Prefix=whole)["KeyCount"] == 1, 20)
    final = client.follow_export(started.export_id, lambda status: None)
    assert (final.state, final.rows) == ("done", 1000)
    table = read_table(uri) if single else database.dataset(uri).to_arrow()
    assert table.num_rows == 1000


@contextmanager
def rotated_password(stack: Stack) -> Iterator[None]:
    """The role has another password, and so has the secret; both are as before behind the block."""
    aws, reader = stack.description["aws"], stack.description["reader"]
    secrets = boto3.client("secretsmanager", endpoint_url=aws["endpoint"])
    before = secrets.get_secret_value(SecretId=aws["secretId"])["SecretString"]

    def rotate(password: str, secret: str) -> None:
        with stack.admin("primary") as admin:
            admin.execute(f"ALTER ROLE {reader['user']} PASSWORD '{password}'".encode())
            secrets.put_secret_value(SecretId=aws["secretId"], SecretString=secret)
            stored = admin.execute(STORED, [reader["user"]]).fetchone()
        # Not as the reader, whose password is what is being replayed.
        with stack.admin("standby") as standby:
            assert eventually(lambda: standby.execute(STORED, [reader["user"]]).fetchone() == stored)

    rotate("rotated meanwhile", json.dumps({**json.loads(before), "password": "rotated meanwhile"}))
    try:
        yield
    finally:
        rotate(reader["password"], before)


class Exporting:
    """An export in a thread of its own, through a gateway of its own."""

    def __init__(self, stack: Stack, sql: str, uri: str, single: bool) -> None:
        self.written: list[Dataset | str] = []
        own = connect(environ={**os.environ, **stack.environment}, label="ends")
        self._thread = threading.Thread(
            target=lambda: self.written.append(own.to_s3(sql, uri, single=single))
        )
        self._thread.start()

    def rows(self) -> list[int]:
        self._thread.join(60)
        (written,) = self.written
        table = read_table(written) if isinstance(written, str) else written.to_arrow()
        return sorted(table["id"].to_pylist())


def read_table(uri: str) -> pa.Table:
    return parquet.read_table(uri.removeprefix("s3://"), filesystem=open_s3())


@pytest.mark.parametrize("single", [False, True])
def test_a_password_that_is_rotated_in_the_middle_is_read_anew(
    stack: Stack, bucket: str, s3: Any, single: bool
) -> None:
    sql = "SELECT g AS id, pg_sleep(0.002)::text AS s FROM generate_series(1, 1000) g -- rotated export"
    exporting = Exporting(stack, sql, f"s3://{bucket}/rotated-{single}", single)
    with stack.admin("standby") as standby:
        running = f"FROM pg_stat_activity WHERE {OURS} AND state = 'active' AND query LIKE '%rotated export'"
        assert eventually(lambda: standby.execute(f"SELECT 1 {running}".encode()).fetchone() is not None, 20)
        with rotated_password(stack):
            standby.execute(f"SELECT pg_terminate_backend(pid) {running}".encode())
            assert exporting.rows() == list(range(1, 1001))


@pytest.mark.parametrize("single", [False, True])
def test_a_conflict_with_replay_in_the_middle_runs_it_again(
    stack: Stack, bucket: str, s3: Any, single: bool
) -> None:
    with stack.owner() as owner:
        owner.execute("CREATE TABLE export_conflict AS SELECT generate_series(1, 1000) AS id")
        stack.replayed(owner)
        try:
            with hasty_replay(stack):
                sql = "SELECT id, pg_sleep(0.004)::text AS s FROM export_conflict -- conflict export"
                exporting = Exporting(stack, sql, f"s3://{bucket}/conflict-{single}", single)
                assert eventually(lambda: stack.running("conflict export") == 1, 20)
                owner.execute("DELETE FROM export_conflict WHERE id <= 900")
                owner.execute("VACUUM export_conflict")
                assert exporting.rows() == list(range(901, 1001))
        finally:
            owner.execute("DROP TABLE export_conflict")
