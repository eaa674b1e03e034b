"""Interrupting a kernel, as the stop button does."""

from __future__ import annotations

import os

import pytest
from db_connection import Database
from jupyter_client.manager import start_new_kernel
from support.eventually import eventually
from support.jupyter import SOURCES
from support.stack import SLOW, Stack


@pytest.mark.parametrize("whose", ["the Jupyter server's", "its own"])
def test_interrupt_ends_the_statement_and_leaves_the_gateway(
    stack: Stack, database: Database, whose: str
) -> None:
    environ = {**os.environ, **stack.environment, "PYTHONPATH": SOURCES}
    if whose != "its own":
        environ["JUPYTERLAB_REPLICA_SOCKET"] = database.socket_path
    manager, client = start_new_kernel(env=environ)
    try:
        client.execute_interactive(
            "from db_connection import db; first = db.query('SELECT 1 AS one')", timeout=60
        )
        message = client.execute(f"db.query({SLOW + ' -- stop button'!r})")
        assert eventually(lambda: stack.running("stop button") == 1, 20)
        manager.interrupt_kernel()
        reply = client.get_shell_msg(timeout=20)
        while reply["parent_header"].get("msg_id") != message:
            reply = client.get_shell_msg(timeout=20)
        assert reply["content"]["ename"] == "KeyboardInterrupt"
        assert stack.running("stop button") == 0
        reply = client.execute_interactive("assert db.query('SELECT 2 AS two')['two'][0] == 2", timeout=30)
        assert reply["content"]["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
