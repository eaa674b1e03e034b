"""Several databases behind one gateway."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from db_connection import Database, ReplicaError, connect
from db_connection.contract import Profile
from support.stack import Stack


@pytest.fixture(scope="module")
def several(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Database:
    known = stack.description
    owner = known["owner"]
    profiles = [
        {"name": "replica", "production": True, "secretId": known["aws"]["secretId"]},
        {
            "name": "writer",
            **known["primary"],
            "database": known["database"],
            "user": owner["user"],
            "passwordVariable": "OWNER_PASSWORD",
        },
    ]
    file: Path = tmp_path_factory.mktemp("profiles") / "profiles.json"
    file.write_text(json.dumps({"profiles": profiles}))
    environment = {**os.environ, **stack.environment, "OWNER_PASSWORD": owner["password"]}
    return connect(environ={**environment, "JUPYTERLAB_REPLICA_PROFILES": str(file)})


def test_the_profiles_are_known_with_the_default_first(several: Database) -> None:
    assert several.profiles() == [Profile("replica", True), Profile("writer", False)]


def test_each_profile_answers_for_its_own_server(several: Database) -> None:
    in_recovery = "SELECT pg_is_in_recovery()"
    assert several.scalar(in_recovery) is True
    assert several.profile("writer").scalar(in_recovery) is False
    assert several.profile("writer").connection().production is False
    assert several.connection().profile == "replica"


def test_a_frame_names_the_profile_it_came_from(several: Database) -> None:
    assert several.query("SELECT 1 AS one").attrs["profile"] == "replica"
    assert several.profile("writer").query("SELECT 1 AS one").attrs["profile"] == "writer"


def test_the_catalog_is_that_of_the_profile(several: Database) -> None:
    writer = several.profile("writer")
    assert "orders" in set(writer.tables("public")["table"])
    assert "id" in set(writer.describe("public.orders")["column"])
    with writer.stream("SELECT id FROM orders LIMIT 3") as batches:
        assert sum(batch.num_rows for batch in batches) == 3


def test_a_profile_that_is_not_configured_names_those_that_are(several: Database) -> None:
    with pytest.raises(ReplicaError, match="There is no connection profile") as refused:
        several.profile("pord").query("SELECT 1")
    assert "Choose one of replica, writer." in str(refused.value)
