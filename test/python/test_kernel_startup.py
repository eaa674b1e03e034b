"""What the Jupyter server's PYTHONSTARTUP does to kernels, and to whoever had one before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from jupyterlab_replica.extension import KERNEL_STARTUP, teach_kernels
from support.kernel import kernel


def test_the_extension_names_its_file_and_remembers_the_one_before() -> None:
    environ = {"PYTHONSTARTUP": "/home/me/startup.py"}
    teach_kernels(environ)
    teach_kernels(environ)
    assert environ == {
        "PYTHONSTARTUP": str(KERNEL_STARTUP),
        "JUPYTERLAB_REPLICA_PYTHONSTARTUP": "/home/me/startup.py",
    }


def test_the_extension_can_be_told_to_leave_kernels_alone() -> None:
    environ = {"PYTHONSTARTUP": "/home/me/startup.py", "JUPYTERLAB_REPLICA_MAGICS": "off"}
    teach_kernels(environ)
    assert environ["PYTHONSTARTUP"] == "/home/me/startup.py"


def test_the_users_own_file_still_runs(tmp_path: Path) -> None:
    own = tmp_path / "startup.py"
    own.write_text("mine = 'kept'\n")
    environ = {"PYTHONSTARTUP": str(own)}
    teach_kernels(environ)
    with kernel(environ) as running:
        assert running.value("mine") == "kept"
        assert running.value("__import__('os').environ['JUPYTERLAB_REPLICA_PYTHONSTARTUP']") == str(own)
        # IPython 8 does not list what it loads at its first use.
        assert running.value("get_ipython().magics_manager.lazy_magics['sqltables']") == "db_connection"


def test_a_file_that_is_the_like_of_ours_does_not_run_for_ever(tmp_path: Path) -> None:
    twin = tmp_path / "kernel_startup.py"
    twin.write_text(KERNEL_STARTUP.read_text() + "\nran = True\n")
    environ = {"PYTHONSTARTUP": str(twin), "JUPYTERLAB_REPLICA_PYTHONSTARTUP": ""}
    teach_kernels(environ)
    with kernel(environ) as running:
        assert running.value("ran") == "True"


def test_a_kernel_whose_python_lacks_the_helper_starts_all_the_same() -> None:
    with kernel({"PYTHONSTARTUP": str(KERNEL_STARTUP), "PYTHONPATH": ""}) as running:
        if running.value("__import__('importlib').util.find_spec('db_connection') is None") == "True":
            assert "not found" in running.run("%%sql\nSELECT 1").printed
        assert running.value("1 + 1") == "2"


def test_an_interactive_python_is_not_disturbed() -> None:
    result = subprocess.run(
        [sys.executable, "-i", "-q"],
        input="print(sorted(n for n in dir() if not n.startswith('__')))\n",
        env={"PYTHONSTARTUP": str(KERNEL_STARTUP)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.stdout.strip() == "[]"
    assert "Error" not in result.stderr
