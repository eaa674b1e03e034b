"""The pipe between browser and gateway, over a real Jupyter server and a real HTTP server behind it."""

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

ERROR_FIELDS = {"code", "message", "subject", "action", "detail", "hint", "position", "sqlstate"}


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    with jupyter_server(tmp_path_factory.mktemp("pipe"), "support.far_end_extension") as running:
        yield running


def far_end(jupyter: Jupyter) -> int:
    (pid,) = jupyter.children("far-end.mjs")
    return pid


def test_method_path_query_and_body_arrive(jupyter: Jupyter) -> None:
    path = "/echo?schema=Gr%C3%BC%C3%9Fe&relation=a%20b&empty="
    status, content = jupyter.ask("POST", path, '{"sql": "SELECT 1"}')
    seen = json.loads(content)
    assert status == 200
    assert seen["method"] == "POST"
    assert seen["url"] == "/echo?schema=Gr%C3%BC%C3%9Fe&relation=a+b&empty="
    assert seen["body"] == '{"sql": "SELECT 1"}'


def test_nothing_secret_of_jupyter_reaches_the_gateway(jupyter: Jupyter) -> None:
    cookies = jupyter.session_cookies()
    headers = {
        "Authorization": f"token {TOKEN}",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "X-XSRFToken": cookies["_xsrf"],
        "Accept": "application/json",
    }
    _, content = jupyter.ask("GET", f"/echo?token={TOKEN}&_xsrf={cookies['_xsrf']}&kept=1", headers=headers)
    seen = json.loads(content)
    assert seen["url"] == "/echo?kept=1"
    assert seen["headers"]["accept"] == "application/json"
    for secret in (TOKEN, cookies["_xsrf"]):
        assert secret not in content.decode()


def test_a_stranger_gets_nothing(jupyter: Jupyter) -> None:
    assert jupyter.ask("GET", "/echo", headers={})[0] in (302, 403)
    status, content = jupyter.ask("POST", "/echo", "{}", headers={})
    assert status == 403
    assert set(json.loads(content)["error"]) == ERROR_FIELDS


def test_a_post_with_the_session_cookie_needs_the_xsrf_token(jupyter: Jupyter) -> None:
    cookies = jupyter.session_cookies()
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    assert jupyter.ask("POST", "/echo", "{}", headers=cookie)[0] == 403
    assert jupyter.ask("POST", "/echo", "{}", headers={**cookie, "X-XSRFToken": cookies["_xsrf"]})[0] == 200


def test_what_jupyters_authorizer_denies_does_not_reach_the_gateway(tmp_path: Path) -> None:
    option = "--ServerApp.authorizer_class=support.reader_authorizer.ReaderAuthorizer"
    with jupyter_server(tmp_path, "support.far_end_extension", {}, option) as jupyter:
        assert jupyter.ask("GET", "/echo")[0] == 200
        for method, path in [("POST", "/echo"), ("DELETE", "/nothing")]:
            status, content = jupyter.ask(method, path, "{}")
            assert status == 403
            assert "permission" in json.loads(content)["error"]["action"]
        assert jupyter.ask("GET", "/echo")[0] == 200


def test_status_and_headers_come_back(jupyter: Jupyter) -> None:
    assert jupyter.ask("DELETE", "/nothing") == (204, b"")
    assert jupyter.ask("GET", "/refused") == (409, b'{"error":{"code":"object-exists"}}')
    connection, reply = jupyter.open("GET", f"{PREFIX}/echo", headers={"Authorization": f"token {TOKEN}"})
    assert reply.getheader("X-Far-End") == "yes"
    assert reply.getheader("Content-Type") == "application/json"
    connection.close()


def test_events_come_one_by_one(jupyter: Jupyter) -> None:
    connection, reply = jupyter.open("GET", f"{PREFIX}/events", headers={"Authorization": f"token {TOKEN}"})
    assert reply.readline() == b"event: status\n"
    connection.close()


def test_a_browser_that_goes_away_ends_the_request_behind_the_pipe(jupyter: Jupyter) -> None:
    before = int(jupyter.ask("GET", "/abandoned")[1])
    connection, reply = jupyter.open("GET", f"{PREFIX}/events", headers={"Authorization": f"token {TOKEN}"})
    reply.readline()
    reply.close()
    connection.close()
    assert eventually(lambda: int(jupyter.ask("GET", "/abandoned")[1]) > before)


def test_a_slow_reader_of_500_mb_costs_no_memory(jupyter: Jupyter) -> None:
    jupyter.ask("GET", "/bytes?mb=1")
    before_mb = jupyter.peak_mb()
    connection, reply = jupyter.open(
        "GET", f"{PREFIX}/bytes?mb=500", headers={"Authorization": f"token {TOKEN}"}
    )
    received = 0
    while chunk := reply.read(2**20):
        received += len(chunk)
        if received <= 40 * 2**20:
            time.sleep(0.05)
    connection.close()
    assert received == 500 * 2**20
    assert jupyter.peak_mb() - before_mb < 60


def test_a_gateway_killed_in_mid_reply_cuts_the_reply_at_once(jupyter: Jupyter) -> None:
    connection, reply = jupyter.open("GET", f"{PREFIX}/events", headers={"Authorization": f"token {TOKEN}"})
    reply.readline()
    killed_at = time.monotonic()
    os.kill(far_end(jupyter), signal.SIGKILL)
    with pytest.raises(Exception, match=r"IncompleteRead|reset"):
        reply.read()
    assert time.monotonic() - killed_at < 2
    connection.close()
    assert jupyter.ask("GET", "/echo")[0] == 200


def test_a_gateway_killed_before_it_answered_gives_an_error_body(jupyter: Jupyter) -> None:
    pid = far_end(jupyter)
    killer = os.fork()
    if killer == 0:
        time.sleep(1)
        os.kill(pid, signal.SIGKILL)
        os._exit(0)
    status, content = jupyter.ask("GET", "/silent")
    os.waitpid(killer, 0)
    error = json.loads(content)["error"]
    assert status == 502
    assert error["code"] == "gateway-unavailable"
    assert set(error) == ERROR_FIELDS
    assert jupyter.ask("GET", "/echo")[0] == 200


def test_a_gateway_that_cannot_start_says_why(tmp_path: Path) -> None:
    environ = {"JUPYTERLAB_REPLICA_NODE": "/no/such/node"}
    with jupyter_server(tmp_path, "support.far_end_extension", environ) as jupyter:
        started = time.monotonic()
        status, content = jupyter.ask("GET", "/echo")
    assert status == 503
    assert "/no/such/node" in json.loads(content)["error"]["message"]
    assert time.monotonic() - started < 5


def test_the_gateway_ends_with_the_server(tmp_path: Path) -> None:
    with jupyter_server(tmp_path, "support.far_end_extension") as jupyter:
        jupyter.ask("GET", "/echo")
        gently = far_end(jupyter)
    assert not Path(f"/proc/{gently}").exists()
    with jupyter_server(tmp_path, "support.far_end_extension") as jupyter:
        jupyter.ask("GET", "/echo")
        orphan = far_end(jupyter)
        os.kill(jupyter.pid, signal.SIGKILL)
        assert eventually(lambda: not _runs(orphan))


def _runs(pid: int) -> bool:
    try:
        return "Z (zombie)" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
