"""Parts that several tests share; each is started at its first use."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from db_connection import Database, connect
from support.stack import Stack, build_gateway, embedded_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    build_gateway()
    with embedded_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="session")
def database(stack: Stack) -> Database:
    """The sample database through a gateway of our own."""
    return connect(environ={**os.environ, **stack.environment}, label="tests")


@pytest.fixture
def bucket(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> str:
    """The data bucket of the emulated S3, which the test itself can read."""
    for name, value in stack.environment.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    return stack.environment["JUPYTERLAB_REPLICA_DATA_BUCKET"]
