"""Results that the panel holds, read without running their statement again."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from db_connection import Database, QueryFailed, ReplicaError


@pytest.fixture
def panel(database: Database) -> Iterator[Any]:
    """Starts a query as the panel does."""
    begun: list[str] = []

    def ask(method: str, path: str, body: Any = None) -> Any:
        connection = http.client.HTTPConnection("gateway")
        connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.sock.connect(database.socket_path)
        connection.request(method, path, body and json.dumps(body), {"Content-Type": "application/json"})
        content = connection.getresponse().read()
        connection.close()
        return json.loads(content or "null")

    def start(sql: str, row_limit: int | None = None) -> str:
        origin = {"kind": "panel", "label": "test"}
        status = ask("POST", "/v1/queries", {"sql": sql, "rowLimit": row_limit, "origin": origin})
        begun.append(status["queryId"])
        return begun[-1]

    yield start
    for query_id in begun:
        ask("DELETE", f"/v1/queries/{query_id}")


def test_the_rows_are_those_of_that_run(database: Database, panel: Any) -> None:
    query_id = panel("SELECT clock_timestamp() AS moment, g FROM generate_series(1, 3) g")
    first = database.result(query_id)
    assert first["g"].tolist() == [1, 2, 3]
    assert database.result(query_id).equals(first)
    assert first.attrs["truncated"] is False
    last = database.last()
    assert last is not None
    assert last.query_id == query_id


def test_a_cut_result_says_so(database: Database, panel: Any) -> None:
    frame = database.result(panel("SELECT generate_series(1, 100) AS g", 7), dtype_backend="pyarrow")
    assert len(frame) == 7
    assert frame.attrs["truncated"] is True


def test_a_query_that_still_runs_is_waited_for(database: Database, panel: Any) -> None:
    assert len(database.result(panel("SELECT pg_sleep(1)"))) == 1


def test_a_failed_query_raises_its_error(database: Database, panel: Any) -> None:
    with pytest.raises(QueryFailed) as caught:
        database.result(panel("SELECT totl FROM orders"))
    assert caught.value.position == 8


@pytest.mark.parametrize("query_id", ["q-gone", "../connection"])
def test_a_result_that_is_gone_is_an_error(database: Database, query_id: str) -> None:
    with pytest.raises(ReplicaError) as caught:
        database.result(query_id)
    assert caught.value.code in ("result-expired", "not-found")
