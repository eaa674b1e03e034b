"""What happens to connections behind a frame's back, seen from Python."""

from __future__ import annotations

import json
import os
import threading

import boto3
import pytest
from db_connection import Database, connect
from support.eventually import eventually
from support.stack import Stack

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


def test_a_rotated_password_is_read_anew(own: Database, stack: Stack) -> None:
    assert own.scalar("SELECT 1") == 1
    aws, reader = stack.description["aws"], stack.description["reader"]
    secrets = boto3.client(
        "secretsmanager",
        endpoint_url=aws["endpoint"],
        region_name=aws["region"],
        aws_access_key_id="demo",
        aws_secret_access_key="demo",
    )
    before = secrets.get_secret_value(SecretId=aws["secretId"])["SecretString"]
    rotated = json.dumps({**json.loads(before), "password": "rotated meanwhile"})

    def rotate(password: str, secret: str) -> None:
        with stack.admin("primary") as admin, stack.admin("standby") as standby:
            admin.execute(f"ALTER ROLE {reader['user']} PASSWORD '{password}'".encode())
            secrets.put_secret_value(SecretId=aws["secretId"], SecretString=secret)
            standby.execute(f"SELECT pg_terminate_backend(pid) {OURS}".encode())

    try:
        rotate("rotated meanwhile", rotated)
        assert own.scalar("SELECT 2") == 2
    finally:
        rotate(reader["password"], before)
    assert own.scalar("SELECT 3") == 3
