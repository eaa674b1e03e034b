"""The embedded stack, and a database whose jobs run on Spark in local mode."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from db_connection import Database, connect
from support.spark import create_schema, spark_environment
from support.stack import Stack, build_gateway, embedded_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    build_gateway()
    with embedded_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="session")
def events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("events")


@pytest.fixture(scope="session")
def database(stack: Stack, events: Path) -> Iterator[Database]:
    environment = {
        **spark_environment(events),
        **stack.environment,
        "JUPYTERLAB_REPLICA_JOURNAL_DIR": str(events / "journal"),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        yield connect(environ={**os.environ}, label="spark tests")


@pytest.fixture(scope="session")
def primary(stack: Stack) -> Iterator[psycopg.Connection]:
    with stack.owner() as owner:
        create_schema(stack, owner)
        yield owner


@pytest.fixture(scope="session")
def bucket(stack: Stack) -> str:
    return str(stack.description["aws"]["bucket"])
