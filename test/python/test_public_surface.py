"""What users import, and that the versions agree."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path

import db_connection
import jupyterlab_replica

ROOT = Path(__file__).parents[2]


def test_the_helper_exports_these_names_and_no_others() -> None:
    assert sorted(db_connection.__all__) == [
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
    assert all(getattr(db_connection, name) for name in db_connection.__all__)


def test_a_database_has_these_methods_and_no_others() -> None:
    methods = [name for name in dir(db_connection.Database) if not name.startswith("_")]
    assert sorted(methods) == [
        "aquery",
        "cancel_all",
        "connection",
        "dataset",
        "describe",
        "explain",
        "last",
        "profile",
        "profiles",
        "query",
        "query_arrow",
        "query_polars",
        "rerun",
        "result",
        "row_counts",
        "scalar",
        "scale_out",
        "snapshot",
        "socket_path",
        "stream",
        "table",
        "tables",
        "to_s3",
    ]


def test_every_public_method_is_typed_and_says_what_it_does() -> None:
    for name in dir(db_connection.Database):
        member = inspect.getattr_static(db_connection.Database, name)
        if not name.startswith("_"):
            function = member.fget if isinstance(member, property) else member
            assert inspect.getdoc(function), name
            assert "return" in function.__annotations__, name


def test_python_and_npm_have_the_same_version() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    assert jupyterlab_replica.__version__ == package["version"]


def test_the_helper_does_not_load_jupyter() -> None:
    source = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'python')!r})\n"
        "import db_connection\n"
        "sys.exit(', '.join(m for m in ('jupyter_server', 'tornado', 'IPython') if m in sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    assert result.stderr.strip() == ""
