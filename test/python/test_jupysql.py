"""JupySQL itself beside us in one kernel; `npm test` puts it into a folder of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from db_connection import Database
from support.jupyter import SOURCES
from support.kernel import Kernel, kernel
from support.stack import ROOT, Stack

JUPYSQL = ROOT / ".demo" / "jupysql"
STARTUP = ROOT / "python" / "jupyterlab_replica" / "kernel_startup.py"


@pytest.fixture
def environ(stack: Stack, database: Database, tmp_path: Path) -> dict[str, str]:
    """What a kernel gets from the Jupyter server, and JupySQL, which tells nobody of its use."""
    assert JUPYSQL.exists(), "JupySQL is not in .demo/jupysql: npm test puts it there"
    return {
        **stack.environment,
        "JUPYTERLAB_REPLICA_SOCKET": database.socket_path,
        "PYTHONPATH": os.pathsep.join([SOURCES, str(JUPYSQL)]),
        "PYTHONSTARTUP": str(STARTUP),
        "PLOOMBER_STATS_ENABLED": "false",
        "IPYTHONDIR": str(tmp_path),
    }


def connect_theirs(running: Kernel) -> None:
    shown = running.run("import sqlalchemy\nengine = sqlalchemy.create_engine('sqlite://')")
    assert shown.error is None, shown.traceback
    for line in ("%config SqlMagic.autopandas = True", "%config SqlMagic.feedback = 0", "%sql engine"):
        shown = running.run(line)
        assert shown.error is None, (line, shown.printed, shown.traceback)


def their_answer(running: Kernel) -> str:
    shown = running.run("%%sql theirs <<\nSELECT sqlite_version() AS version, 1 AS one")
    assert shown.error is None, shown.traceback
    return running.value("'.'.join(map(str, theirs.columns))")


def test_jupysql_loaded_after_ours_takes_the_name_and_both_answer(environ: dict[str, str]) -> None:
    with kernel(environ) as running:
        shown = running.run("%%sql ours <<\nSELECT pg_is_in_recovery() AS standby")
        assert shown.error is None, shown.traceback
        assert running.value("bool(ours['standby'][0])") == "True"
        shown = running.run("%load_ext sql")
        assert shown.error is None, shown.traceback
        connect_theirs(running)
        assert their_answer(running) == "version.one"
        shown = running.run("%%replica again <<\nSELECT pg_is_in_recovery() AS standby")
        assert shown.error is None, shown.traceback
        assert running.value("bool(again['standby'][0])") == "True"


def test_jupysql_loaded_before_ours_keeps_the_name(environ: dict[str, str]) -> None:
    with kernel(environ) as running:
        assert running.run("%load_ext sql").error is None
        connect_theirs(running)
        shown = running.run("%load_ext db_connection")
        assert "%%sql stays with JupySQL in this kernel." in shown.printed
        assert their_answer(running) == "version.one"
        shown = running.run("%%replica ours --limit 1\nSELECT 7 AS seven")
        assert shown.error is None, shown.traceback
        assert running.value("int(ours['seven'][0])") == "7"
