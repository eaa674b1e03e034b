"""The server extension with the real gateway and a real kernel."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.eventually import eventually
from support.jupyter import PREFIX, TOKEN, Jupyter, jupyter_server
from support.stack import SLOW, Stack

BY_TOKEN = {"Authorization": f"token {TOKEN}"}


@pytest.fixture(scope="module")
def jupyter(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    environ = {**stack.environment, "PGPASSWORD": "not-for-kernels"}
    with jupyter_server(tmp_path_factory.mktemp("extension"), "jupyterlab_replica", environ) as running:
        yield running


def start(jupyter: Jupyter, sql: str) -> str:
    request = {"sql": sql, "origin": {"kind": "panel", "label": "test"}, "cancelOnDisconnect": True}
    status, content = jupyter.ask("POST", "/v1/queries", json.dumps(request))
    assert status == 201
    return str(json.loads(content)["queryId"])


def test_a_browser_gets_connection_and_catalog(jupyter: Jupyter) -> None:
    status, content = jupyter.ask("GET", "/v1/connection")
    assert status == 200
    assert json.loads(content)["inRecovery"] is True
    status, content = jupyter.ask("GET", "/v1/catalog")
    assert status == 200
    assert {"public", "analytics"} <= {schema["name"] for schema in json.loads(content)["schemas"]}


def test_a_kernel_inherits_the_socket_and_no_password(jupyter: Jupyter) -> None:
    body = json.dumps({"name": "python3"})
    connection, reply = jupyter.open(
        "POST", "/lab-base/api/kernels", body, {**BY_TOKEN, "Content-Type": "application/json"}
    )
    assert reply.status == 201
    kernel = json.loads(reply.read())["id"]
    connection.close()
    assert eventually(lambda: jupyter.children("ipykernel"))
    (pid,) = jupyter.children("ipykernel")
    variables = dict(
        line.split("=", 1) for line in Path(f"/proc/{pid}/environ").read_text().split("\0") if "=" in line
    )
    assert Path(variables["JUPYTERLAB_REPLICA_SOCKET"]).is_socket()
    assert "PGPASSWORD" not in variables
    connection, reply = jupyter.open("DELETE", f"/lab-base/api/kernels/{kernel}", headers=BY_TOKEN)
    reply.read()
    connection.close()


def test_a_gateway_killed_under_a_query_is_an_error_within_two_seconds(jupyter: Jupyter) -> None:
    assert jupyter.ask("GET", "/v1/health")[0] == 200
    query_id = start(jupyter, SLOW)
    connection, reply = jupyter.open("GET", f"{PREFIX}/v1/queries/{query_id}/events", headers=BY_TOKEN)
    assert reply.readline() == b"event: status\n"
    (pid,) = jupyter.children("gateway_bundle/main.js")
    killed_at = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(Exception, match=r"IncompleteRead|reset"):
        reply.read()
    assert time.monotonic() - killed_at < 2
    connection.close()
    next_id = start(jupyter, "SELECT 42 AS answer")
    connection, reply = jupyter.open("GET", f"{PREFIX}/v1/queries/{next_id}/events", headers=BY_TOKEN)
    last = reply.read().decode().strip().splitlines()[-1]
    connection.close()
    assert json.loads(last.removeprefix("data: "))["state"] == "done"
    assert jupyter.ask("GET", f"/v1/queries/{query_id}")[0] in (404, 410)
