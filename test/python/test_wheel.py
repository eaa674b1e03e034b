"""The wheel alone makes a working installation."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from support.stack import ROOT, Stack


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel; everything else it imports from ours."""
    built = subprocess.run(
        ["node", "scripts/build.mjs"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    wheel = ROOT / built.stdout.strip()
    environment = tmp_path_factory.mktemp("installed") / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    python = environment / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", str(wheel)], check=True)
    (site,) = environment.glob("lib/python*/site-packages")
    (site / "ours.pth").write_text(sysconfig.get_path("purelib"))
    return python


def output(python: Path, tmp_path: Path, *arguments: str) -> str:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environ |= {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    result = subprocess.run(
        [str(python), *arguments], env=environ, capture_output=True, text=True, check=True, cwd=tmp_path
    )
    return re.sub(r"\x1b\[[0-9;]*m", "", result.stdout + result.stderr)


def test_the_server_extension_is_enabled_and_ok(installed: Path, tmp_path: Path) -> None:
    listed = output(installed, tmp_path, "-m", "jupyter_server.extension.serverextension", "list")
    assert re.search(r"jupyterlab_replica enabled", listed)
    assert re.search(r"jupyterlab_replica \S+ OK", listed)


def test_the_labextension_is_enabled_and_ok(installed: Path, tmp_path: Path) -> None:
    source = "from jupyterlab.labextensions import main; main()"
    listed = output(installed, tmp_path, "-c", source, "list")
    assert re.search(r"jupyterlab-replica v\S+ enabled OK \(python, jupyterlab_replica\)", listed)


def test_the_gateway_of_the_wheel_answers(installed: Path, tmp_path: Path, stack: Stack) -> None:
    source = "\n".join(
        [
            "import os, db_connection",
            f"os.environ.update({stack.environment!r})",
            "print(db_connection.__file__)",
            "print(db_connection.db.query('SELECT 42 AS answer')['answer'][0])",
        ]
    )
    module, answer = output(installed, tmp_path, "-c", source).splitlines()
    assert module.startswith(str(installed.parents[1]))
    assert answer == "42"
