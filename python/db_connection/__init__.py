"""The replica from a notebook or a script.

>>> from db_connection import db, test_connection
>>> test_connection()
>>> orders = db.query("SELECT * FROM orders WHERE created_at > :since", {"since": "2024-01-01"})

In a notebook the Jupyter server's gateway does the work, so that neither kernel nor browser ever sees the
database password. A script starts a gateway of its own. docs/python.md has an example for everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .connection_test import report
from .database import Database, connect
from .errors import (
    Cancelled,
    ConnectionFailed,
    ExportFailed,
    GatewayUnavailable,
    QueryFailed,
    ReplicaConflict,
    ReplicaError,
    ResultTooLarge,
    SnapshotEnded,
    SnapshotUnavailable,
    TimedOut,
)
from .secret_values import secret
from .snapshot import Snapshot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = [
    "Cancelled",
    "ConnectionFailed",
    "Database",
    "ExportFailed",
    "GatewayUnavailable",
    "QueryFailed",
    "ReplicaConflict",
    "ReplicaError",
    "ResultTooLarge",
    "Snapshot",
    "SnapshotEnded",
    "SnapshotUnavailable",
    "TimedOut",
    "connect",
    "db",
    "secret",
    "test_connection",
]

db = connect()


def test_connection() -> bool:
    """Print one line about the database behind `db`, or what is wrong; return whether it answers."""
    return report(db)


def load_ipython_extension(shell: InteractiveShell) -> None:
    """What ``%load_ext db_connection`` does: add %%sql, and the line above frames."""
    from .magics import register

    register(shell, db)
