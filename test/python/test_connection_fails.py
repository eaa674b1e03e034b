"""A connection that fails says what failed and what to do, and never a secret."""

from __future__ import annotations

import os

import db_connection
import pytest
from db_connection import GatewayUnavailable, connect
from db_connection.connection_test import report
from support.stack import Stack, build_gateway


@pytest.mark.parametrize(
    ("changes", "code", "named"),
    [
        ({"JUPYTERLAB_REPLICA_SECRET_ID": "no-such-secret"}, "credentials-missing", "no-such-secret"),
        (
            {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
            "secrets-unreachable",
            "jao-dev-sagemaker-db-credentials",
        ),
        ({"PGSSLROOTCERT": "{unknownCaFile}"}, "tls-untrusted", "localhost"),
        ({"PGHOST": "127.0.0.1", "PGPORT": "9"}, "host-unreachable", "127.0.0.1"),
        ({"PGPASSWORD": "a-wrong-secret"}, "authentication-failed", "sagemaker_readonly"),
    ],
)
def test_a_connection_that_fails_says_what_and_never_the_password(
    stack: Stack,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, str],
    code: str,
    named: str,
) -> None:
    environ = {**os.environ, **stack.environment}
    if any(name.startswith("PG") and name != "PGSSLROOTCERT" for name in changes):
        del environ["JUPYTERLAB_REPLICA_SECRET_ID"]
        reader = stack.description["reader"]
        environ |= {
            "PGHOST": stack.description["standby"]["host"],
            "PGPORT": str(stack.description["standby"]["port"]),
            "PGDATABASE": stack.description["database"],
            "PGUSER": reader["user"],
            "PGPASSWORD": reader["password"],
        }
    environ |= {name: value.format(**stack.description) for name, value in changes.items()}
    monkeypatch.setattr(db_connection, "db", connect(environ=environ))
    assert not db_connection.test_connection()
    printed = capsys.readouterr().out
    assert printed.startswith("No connection. ")
    assert f"[{code}" in printed
    assert named in printed
    for secret in (stack.description["reader"]["password"], "a-wrong-secret"):
        assert secret not in printed


def test_a_gateway_that_is_told_nonsense_says_what(stack: Stack) -> None:
    environ = {**os.environ, **stack.environment, "PGSSLMODE": "perhaps"}
    with pytest.raises(
        GatewayUnavailable, match=r"The gateway cannot start: .*PGSSLMODE must be verify-full"
    ):
        connect(environ=environ)


def test_without_any_settings_the_message_says_which_to_set(capsys: pytest.CaptureFixture[str]) -> None:
    build_gateway()
    database = connect(environ={"PATH": os.environ["PATH"]})
    assert not report(database)
    assert "JUPYTERLAB_REPLICA_SECRET_ID" in capsys.readouterr().out
