"""Python reads and writes the JSON that the TypeScript contract describes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from db_connection.contract import (
    Connection,
    ErrorBody,
    QueryStatus,
    SnapshotStatus,
    query_request,
    snapshot_request,
)
from db_connection.errors import QueryFailed, error_from
from jupyterlab_replica.error_body import error_reply

GOLDEN = Path(__file__).parents[1] / "fixtures" / "contract"


def golden(name: str) -> Any:
    return json.loads((GOLDEN / name).read_text())


def test_a_finished_query() -> None:
    status = QueryStatus.parse(golden("query-status.json"))
    assert status == QueryStatus(
        query_id="q-7f3a",
        state="done",
        queue_position=None,
        sql="SELECT status, total FROM orders",
        rows=400_000,
        size_bytes=9_600_512,
        truncated=False,
        started_at="2026-11-22T12:04:31.250Z",
        elapsed_ms=1204.75,
        profile="prod",
        as_of="2026-11-22T12:04:31.262Z",
        lag_ms=312.5,
        snapshot="5d0f0c0e-6a3b-4f0e-9f57-1a2b3c4d5e6f",
        parallel={"connections": 2, "refusal": None},
        notices=("the collation version has changed",),
        spool_path="/tmp/jupyterlab-replica-a1b2c3d4/q-7f3a.arrow",
        error=None,
    )
    assert status.final


def test_a_failed_query_points_into_its_statement() -> None:
    value = golden("query-status-failed.json")
    status = QueryStatus.parse(value)
    assert status.error is not None
    error = error_from(status.error, value["sql"])
    assert isinstance(error, QueryFailed)
    assert error.sqlstate == "42703"
    assert str(error).splitlines()[1:3] == ["LINE 2:   totl FROM orders", "          ^"]


def test_a_connection() -> None:
    assert Connection.parse(golden("connection.json")) == Connection(
        profile="prod",
        production=True,
        host="replica.example.org",
        port=5432,
        database="shop",
        user="sagemaker_readonly",
        server_version="16.4",
        in_recovery=True,
        lag_ms=312.5,
        tls="verify-full",
    )


def test_an_error_reply() -> None:
    body = ErrorBody.parse(golden("error-reply.json")["error"])
    assert (body.code, body.subject, body.sqlstate) == ("permission-denied", "payments", "42501")


def test_an_error_body_without_a_field_is_not_understood() -> None:
    with pytest.raises(KeyError):
        ErrorBody.parse({"code": "internal", "message": "x"})


def test_what_the_pipe_says_when_the_gateway_is_down() -> None:
    expected = golden("error-reply-gateway-unavailable.json")
    error = expected["error"]
    assert error_reply(error["code"], error["message"], error["action"]) == expected


def test_a_request() -> None:
    expected = golden("query-request.json")
    # What a person wrote in a panel; the history has a kernel's SQL as it is.
    del expected["written"]
    request = query_request(
        expected["sql"],
        expected["params"],
        expected["origin"],
        2,
        in_order=True,
        profile="prod",
        snapshot=expected["snapshot"],
    )
    assert request == expected


def test_a_request_leaves_sharing_to_the_gateway_unless_asked() -> None:
    origin = {"kind": "script", "label": "x"}
    assert query_request("TABLE t", [], origin)["parallel"] is None
    alone = {"connections": 1, "inOrder": True, "required": False}
    assert query_request("TABLE t", [], origin, in_order=True)["parallel"] == alone


def test_a_snapshot() -> None:
    assert SnapshotStatus.parse(golden("snapshot.json")) == SnapshotStatus(
        snapshot_id="5d0f0c0e-6a3b-4f0e-9f57-1a2b3c4d5e6f",
        exported_name="00000005-0000001B-1",
        as_of="2026-11-22T12:04:31.250Z",
        lsn="0/5A3F1C8",
        lag_ms=312,
        expires_at="2026-11-22T12:34:31.250Z",
        silent_s=60,
        open=True,
    )
    expected = golden("snapshot-request.json")
    assert snapshot_request(expected["origin"], 10, "prod") == expected
