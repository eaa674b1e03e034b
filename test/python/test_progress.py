"""The line about a query that takes long."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
import time
from dataclasses import replace

from db_connection import Database
from db_connection.contract import QueryStatus
from db_connection.progress import describe, progress
from support.jupyter import SOURCES
from test_contract import golden

STATUS = replace(
    QueryStatus.parse(golden("query-status.json")), state="running", rows=1_200_000, size_bytes=96_000_000
)


def test_it_says_rows_size_time_and_rate() -> None:
    assert describe(STATUS, 3.0) == "1,200,000 rows · 96.0 MB · 3.0 s · 32.0 MB/s"


def test_it_says_what_it_waits_for() -> None:
    assert describe(None, 3.0) == "running in the server · 3.0 s"
    waiting = replace(STATUS, queue_position=2)
    assert describe(waiting, 3.0) == "waiting for a connection, place 2 · 3.0 s"


def test_it_is_kept_up_to_date_and_ends_its_line() -> None:
    written = io.StringIO()
    with progress(written, quiet_s=0.05) as tell:
        tell(STATUS)
        time.sleep(0.8)
    lines = written.getvalue()
    assert lines.count("\r") >= 2
    assert lines.endswith("\n")
    assert "1,200,000 rows" in lines


def test_a_short_query_says_nothing() -> None:
    written = io.StringIO()
    with progress(written) as tell:
        tell(STATUS)
    assert written.getvalue() == ""


QUERY = "SELECT pg_sleep(3)"


def program(socket_path: str, stderr: int) -> subprocess.Popen[bytes]:
    source = f"from db_connection import connect; connect(socket_path={socket_path!r}).query({QUERY!r})"
    environ = {**os.environ, "PYTHONPATH": SOURCES}
    return subprocess.Popen([sys.executable, "-c", source], env=environ, stderr=stderr)


def test_a_terminal_shows_it_and_a_pipe_does_not(database: Database) -> None:
    terminal, end = pty.openpty()
    try:
        piped = program(database.socket_path, subprocess.PIPE)
        assert program(database.socket_path, end).wait(60) == 0
        assert b"running in the server" in os.read(terminal, 10_000)
        assert piped.communicate(timeout=60)[1] == b""
    finally:
        os.close(terminal)
        os.close(end)
