"""`test_connection`: one line that says where queries go, or what is wrong."""

from __future__ import annotations

from .contract import Connection
from .database import Database
from .errors import ReplicaError


def describe(connection: Connection) -> str:
    """Return one line: host, database, user, replica or not, TLS, version."""
    where = f"{connection.host}:{connection.port}/{connection.database} as {connection.user}"
    what = f"{_role(connection)}, {_tls(connection)}, PostgreSQL {connection.server_version}"
    return f"Connected to {where}: {what}."


def report(database: Database) -> bool:
    """Print the line of `describe` and return True, or print what failed and return False."""
    try:
        print(describe(database.connection()))
    except ReplicaError as error:
        print(f"No connection. {error}")
        return False
    return True


def _role(connection: Connection) -> str:
    if not connection.in_recovery:
        return "NOT a replica"
    if connection.lag_ms is None:
        return "replica"
    return f"replica, {connection.lag_ms / 1000:.1f} s behind"


def _tls(connection: Connection) -> str:
    return {
        "verify-full": "TLS with the server's certificate verified",
        "require": "TLS without verifying the server",
        "disable": "no TLS",
    }.get(connection.tls, connection.tls)
