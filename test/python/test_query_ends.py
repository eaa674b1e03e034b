"""Who may end a statement, and that it then ends in the server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from db_connection import Cancelled, Database, ReplicaError, TimedOut, connect
from db_connection.contract import Json, QueryStatus
from db_connection.gateway_client import GatewayClient
from db_connection.interrupt import held_interrupt
from support.eventually import eventually
from support.jupyter import FORKS, SOURCES
from support.stack import SLOW, Stack


def test_cancel_all_stops_the_statement_in_the_server(database: Database, stack: Stack) -> None:
    outcome: list[Exception] = []

    def run() -> None:
        try:
            database.query(f"{SLOW} -- cancel-all")
        except ReplicaError as error:
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert eventually(lambda: stack.running("cancel-all") == 1)
    assert database.cancel_all() == 1
    thread.join(5)
    assert [type(error) for error in outcome] == [Cancelled]
    assert stack.running("cancel-all") == 0


class Laggard(GatewayClient):
    """A client that learns late that its first query has ended and its rows are gone."""

    def __init__(self, socket_path: str) -> None:
        super().__init__(socket_path)
        self.released = threading.Event()
        self.may_learn = threading.Event()

    def follow_query(
        self, query_id: str, tell: Callable[[QueryStatus], None] = lambda status: None
    ) -> QueryStatus:
        status = super().follow_query(query_id, tell)
        if status.state == "done":
            self.release_query(query_id)
            self.released.set()
            self.may_learn.wait(30)
        return status


def test_cancel_all_goes_on_after_a_query_that_has_just_ended(database: Database, stack: Stack) -> None:
    client = Laggard(database.socket_path)
    several = Database(lambda: client)
    outcome: list[str] = []

    def run(sql: str) -> None:
        try:
            several.query(sql)
        except ReplicaError as error:
            outcome.append(error.code)

    threads = [
        threading.Thread(target=run, args=[sql], daemon=True) for sql in ("SELECT 1", f"{SLOW} -- goes-on")
    ]
    threads[0].start()
    assert client.released.wait(10)
    threads[1].start()
    try:
        assert eventually(lambda: stack.running("goes-on") == 1)
        assert several.cancel_all() == 1
        threads[1].join(5)
        assert outcome == ["cancelled"]
    finally:
        client.may_learn.set()
        for thread in threads:
            thread.join(10)
    assert outcome == ["cancelled", "result-expired"]


class SlowStarter(GatewayClient):
    """A client that learns late that its query was started."""

    def __init__(self, socket_path: str) -> None:
        super().__init__(socket_path)
        self.may_learn = threading.Event()

    def start_query(self, request: Json) -> QueryStatus:
        status = super().start_query(request)
        self.may_learn.wait(30)
        return status


@pytest.mark.parametrize("way", ["query", "stream"])
def test_cancel_all_ends_what_is_only_being_started(database: Database, stack: Stack, way: str) -> None:
    client = SlowStarter(database.socket_path)
    starting = Database(lambda: client)
    outcome: list[str] = []

    def run() -> None:
        try:
            getattr(starting, way)(f"{SLOW} -- starting-{way}")
        except ReplicaError as error:
            outcome.append(error.code)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        assert eventually(lambda: stack.running(f"starting-{way}") == 1)
        assert starting.cancel_all() == 1
    finally:
        client.may_learn.set()
        thread.join(10)
    assert outcome == ["cancelled"]
    assert stack.running(f"starting-{way}") == 0
    assert starting.cancel_all() == 0


def script(stack: Stack, source: str) -> subprocess.Popen[str]:
    """A Python program without any Jupyter around."""
    environ = {name: value for name, value in os.environ.items() if name != "JUPYTERLAB_REPLICA_SOCKET"}
    return subprocess.Popen(
        [sys.executable, "-c", source],
        env={**environ, **stack.environment, "PYTHONPATH": SOURCES, "PYTHONWARNINGS": FORKS},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_an_interrupt_stops_the_statement_in_the_server(stack: Stack) -> None:
    program = script(stack, f"from db_connection import db\ndb.query({SLOW + ' -- interrupted'!r})")
    assert eventually(lambda: stack.running("interrupted") == 1, 20)
    program.send_signal(signal.SIGINT)
    _, stderr = program.communicate(timeout=20)
    assert "KeyboardInterrupt" in stderr
    assert stack.running("interrupted") == 0


@pytest.mark.parametrize("way", ["query", "stream", "to_s3"])
def test_an_interrupt_while_a_statement_is_started_ends_it(
    database: Database, stack: Stack, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    start = "start_export" if way == "to_s3" else "start_query"
    asked = getattr(GatewayClient, start)

    def interrupted(client: GatewayClient, request: Json) -> object:
        status = asked(client, request)
        assert eventually(lambda: stack.running(f"started-{way}") == 1)
        # Nobody knows yet what was started.
        signal.raise_signal(signal.SIGINT)
        return status

    monkeypatch.setattr(GatewayClient, start, interrupted)
    bucket = stack.environment["JUPYTERLAB_REPLICA_DATA_BUCKET"]
    place = (f"s3://{bucket}/interrupted-start",) if way == "to_s3" else ()
    with pytest.raises(KeyboardInterrupt):
        getattr(database, way)(f"{SLOW} -- started-{way}", *place)
    assert eventually(lambda: stack.running(f"started-{way}") == 0, 5)
    assert database.cancel_all() == 0
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interrupt_is_held_for_a_moment_only() -> None:
    def interrupted(times: int) -> None:
        with held_interrupt():
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)
            time.sleep(0 if times > 1 else 20)
            pytest.fail("the interrupt was held")

    for times in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            interrupted(times)


def test_a_kernel_that_dies_ends_its_statement(database: Database, stack: Stack) -> None:
    socket_path = database.socket_path
    query = f"connect(socket_path={socket_path!r}).query({SLOW + ' -- orphan'!r})"
    source = f"from db_connection import connect\n{query}"
    program = script(stack, source)
    assert eventually(lambda: stack.running("orphan") == 1, 20)
    program.kill()
    program.communicate()
    assert eventually(lambda: stack.running("orphan") == 0, 10)


def test_a_script_starts_and_ends_its_own_gateway(stack: Stack) -> None:
    source = """
from db_connection import db, own_gateway, test_connection
assert test_connection()
print(db.query("SELECT 42 AS answer")["answer"][0])
print(own_gateway._shared.pid)
"""
    stdout, stderr = script(stack, source).communicate(timeout=60)
    line, answer, pid = stdout.splitlines()
    assert stderr == ""
    assert answer == "42"
    assert line.startswith("Connected to localhost:")
    assert "replica" in line
    assert "certificate verified" in line
    assert eventually(lambda: not Path(f"/proc/{pid}").exists())


def test_a_forked_process_uses_its_parents_gateway(stack: Stack) -> None:
    source = """
import multiprocessing
from db_connection import db, own_gateway

def ask(number):
    frame = db.query("SELECT $1::int * 2 AS double", [number])
    return int(frame["double"][0]), own_gateway._shared.socket_path

assert db.query("SELECT 1 AS one")["one"][0] == 1
with multiprocessing.get_context("fork").Pool(2) as pool:
    results = pool.map(ask, range(4))
assert [result for result, _ in results] == [0, 2, 4, 6]
assert {path for _, path in results} == {own_gateway._shared.socket_path}
print(db.query("SELECT 'still here' AS text")["text"][0])
"""
    stdout, stderr = script(stack, source).communicate(timeout=60)
    assert (stdout, stderr) == ("still here\n", "")


def test_a_process_forked_in_the_middle_of_things_can_query(stack: Stack) -> None:
    source = """
import os
from db_connection import db, own_gateway

assert db.scalar("SELECT 1") == 1
with own_gateway._lock, db._execution.running._lock:
    child = os.fork()
    if child == 0:
        ended = db.cancel_all() == 0 and db.scalar("SELECT 2") == 2
        os._exit(0 if ended else 1)
    assert os.waitpid(child, 0)[1] == 0
print(db.scalar("SELECT 'still here'"))
"""
    stdout, stderr = script(stack, source).communicate(timeout=60)
    assert (stdout, stderr) == ("still here\n", "")


def test_a_killed_gateway_is_an_error_at_once_and_the_next_query_works(stack: Stack) -> None:
    source = f"""
import os, signal, threading, time
from db_connection import GatewayUnavailable, db, own_gateway

db.query("SELECT 1 AS one")
def kill():
    time.sleep(1)
    os.kill(own_gateway._shared.pid, signal.SIGKILL)
threading.Thread(target=kill).start()
started = time.monotonic()
try:
    db.query({SLOW!r})
except GatewayUnavailable as error:
    print(error)
print(time.monotonic() - started < 3)
print(db.query("SELECT 'works' AS text")["text"][0])
"""
    stdout, stderr = script(stack, source).communicate(timeout=60)
    assert stderr == ""
    assert stdout.splitlines() == [
        "The gateway ended while it was working on this; the query was ended with it.",
        "Run it again: the gateway starts again by itself.",
        "[gateway-unavailable]",
        "True",
        "works",
    ]


def test_a_statement_that_takes_too_long_is_told_apart(stack: Stack) -> None:
    environ = {**os.environ, **stack.environment, "JUPYTERLAB_REPLICA_STATEMENT_TIMEOUT_S": "1"}
    with pytest.raises(TimedOut):
        connect(environ=environ).query(SLOW)
