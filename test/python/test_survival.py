"""What happens to connections behind a frame's back, seen from Python."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import boto3
import pytest
from db_connection import ConnectionFailed, Database, connect
from support.eventually import eventually
from support.stack import SLOW, Stack

OURS = "FROM pg_stat_activity WHERE application_name LIKE '%script survival%'"


@pytest.fixture
def own(stack: Stack) -> Database:
    """A gateway whose connections nobody else uses."""
    return connect(environ={**os.environ, **stack.environment}, label="survival")


def test_connections_ended_while_idle_are_made_anew(own: Database, stack: Stack) -> None:
    first = own.scalar("SELECT pg_backend_pid()")
    with stack.admin("standby") as admin:
        assert admin.execute("SELECT pg_terminate_backend(%s)", [first]).fetchone() == (True,)
    assert own.scalar("SELECT pg_backend_pid()") != first


def test_a_connection_ended_in_the_middle_is_a_query_run_again(own: Database, stack: Stack) -> None:
    frames: list[int] = []
    slow = "SELECT count(*) AS c, max(pg_sleep(0.02)::text) FROM generate_series(1, 150) -- ended once"
    thread = threading.Thread(target=lambda: frames.append(own.query(slow)["c"][0]))
    thread.start()
    with stack.admin("standby") as admin:
        kill = f"SELECT pg_terminate_backend(pid) {OURS} AND state = 'active' AND query LIKE '%ended once%'"
        assert eventually(lambda: admin.execute(kill.encode()).fetchone() == (True,), 20)
    thread.join(60)
    assert frames == [150]


def kill_backend_of(stack: Stack, fragment: str) -> None:
    """The way of the out-of-memory killer: the server then ends all connections and recovers."""
    ask = f"SELECT pid {OURS} AND state = 'active' AND query LIKE '%{fragment}%'"
    with stack.admin("standby") as admin:
        assert eventually(lambda: admin.execute(ask.encode()).fetchone() is not None, 20)
        found = admin.execute(ask.encode()).fetchone()
    assert found is not None
    os.kill(found[0], signal.SIGKILL)


def test_a_server_that_restarts_in_the_middle_is_a_query_run_again(own: Database, stack: Stack) -> None:
    frames: list[int] = []
    slow = "SELECT count(*) AS c, max(pg_sleep(0.02)::text) FROM generate_series(1, 150) -- restarted once"
    thread = threading.Thread(target=lambda: frames.append(own.query(slow)["c"][0]))
    thread.start()
    kill_backend_of(stack, "restarted once")
    thread.join(60)
    assert frames == [150]
    assert own.scalar("SELECT 1") == 1


def test_rows_that_were_handed_on_cannot_be_taken_back_and_the_next_query_works(
    own: Database, stack: Stack
) -> None:
    slow = "SELECT g, repeat('x', 1000), pg_sleep(CASE WHEN g > 20000 THEN 60 ELSE 0 END)::text AS s"
    with own.stream(f"{slow} FROM generate_series(1, 30000) g -- broken off") as batches:
        assert batches.read_next_batch().num_rows > 0
        kill_backend_of(stack, "broken off")
        with pytest.raises(ConnectionFailed, match="again"):
            batches.read_all()
    assert eventually(lambda: own.scalar("SELECT 1") == 1, 20)


@contextmanager
def changed_secret(stack: Stack) -> Iterator[Callable[..., None]]:
    """Give what changes fields of the secret; they are as before behind the block."""
    aws = stack.description["aws"]
    secrets = boto3.client(
        "secretsmanager",
        endpoint_url=aws["endpoint"],
        region_name=aws["region"],
        aws_access_key_id="demo",
        aws_secret_access_key="demo",
    )
    before = secrets.get_secret_value(SecretId=aws["secretId"])["SecretString"]

    def change(**fields: object) -> None:
        secret = json.dumps({**json.loads(before), **fields})
        secrets.put_secret_value(SecretId=aws["secretId"], SecretString=secret)

    try:
        yield change
    finally:
        secrets.put_secret_value(SecretId=aws["secretId"], SecretString=before)


def test_a_failover_to_a_server_that_refuses_is_told_and_the_next_query_works(
    own: Database, stack: Stack
) -> None:
    told: list[ConnectionFailed] = []

    def run() -> None:
        try:
            own.query(f"{SLOW} -- failed over")
        except ConnectionFailed as error:
            told.append(error)

    thread = threading.Thread(target=run)
    port = stack.description["primary"]["port"]
    with changed_secret(stack) as change:
        thread.start()
        assert eventually(lambda: stack.running("failed over") == 1)
        change(readerPort=port)
        with stack.admin("standby") as admin:
            admin.execute(f"SELECT pg_terminate_backend(pid) {OURS}".encode())
        thread.join(60)
    # The primary admits no readers; the error says which server was asked.
    assert [str(error).split(" ", 1)[0] for error in told] == [f"localhost:{port}"]
    assert own.scalar("SELECT 1") == 1


def test_a_rotated_password_is_read_anew(own: Database, stack: Stack) -> None:
    assert own.scalar("SELECT 1") == 1
    reader = stack.description["reader"]

    def rotate(password: str) -> None:
        with stack.admin("primary") as primary, stack.admin("standby") as standby:
            primary.execute(f"ALTER ROLE {reader['user']} PASSWORD '{password}'".encode())
            stack.replayed(primary)
            standby.execute(f"SELECT pg_terminate_backend(pid) {OURS}".encode())

    with changed_secret(stack) as change:
        try:
            change(password="rotated meanwhile")
            rotate("rotated meanwhile")
            assert own.scalar("SELECT 2") == 2
        finally:
            change()
            rotate(reader["password"])
        assert own.scalar("SELECT 3") == 3
