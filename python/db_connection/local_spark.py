"""The program of `replica_spark` on this machine, in Spark's local mode."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .contract import ErrorBody
from .errors import ReplicaError, error_from

OLDEST_JAVA = 17


@dataclass(frozen=True)
class LocalSpark:
    """What is needed to run Spark here; made by `find_local_spark`, which says what is missing."""

    java_home: str | None
    jars: list[Path]

    def start(self, plan: str, sessions: int) -> LocalRun:
        """Start the program, which goes on without this process."""
        log, path = tempfile.mkstemp(prefix="replica-spark-", suffix=".log")
        try:
            process = subprocess.Popen(
                self.command(plan, sessions),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment(),
                start_new_session=True,
            )
        finally:
            os.close(log)
        return LocalRun(process, Path(path))

    def command(self, plan: str, sessions: int) -> list[str]:
        program = [sys.executable, "-m", "replica_spark", "--plan", plan, "--local", str(sessions)]
        return [*program, "--jars", ",".join(str(jar) for jar in self.jars)]

    def environment(self) -> dict[str, str]:
        path = os.pathsep.join(path for path in sys.path if path)
        java = {"JAVA_HOME": self.java_home} if self.java_home else {}
        return {**os.environ, "PYTHONPATH": path, **java}


@dataclass(frozen=True)
class LocalRun:
    process: subprocess.Popen[bytes]
    log: Path

    def tail(self, lines: int = 30) -> list[str]:
        return self.log.read_text(errors="replace").splitlines()[-lines:]


def find_local_spark() -> LocalSpark:
    """Return Spark as it is installed here.

    Raises:
        ReplicaError: pyspark, boto3, Java or a library is missing; says how to install it.
    """
    for module in ("pyspark", "boto3"):
        if importlib.util.find_spec(module) is None:
            raise _missing(f"{module} is not installed.", 'pip install "jupyterlab_replica[spark]"')
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    version = None if java is None else _java_version(java)
    if version is None:
        raise _missing("Spark needs Java, and there is none.", "apt-get install openjdk-17-jre-headless")
    if version < OLDEST_JAVA:
        raise _missing(
            f"Spark needs Java {OLDEST_JAVA} or newer, and {java} is {version}.",
            "apt-get install openjdk-17-jre-headless, and name it in JAVA_HOME",
        )
    # Not before: the module is a program too, which the package must not have loaded.
    from .spark_jars import ensure_jars

    return LocalSpark(home, ensure_jars())


def _java_version(java: str) -> int | None:
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30).stderr
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(found.group(1)) if found else None


def _missing(message: str, how: str) -> ReplicaError:
    return error_from(ErrorBody("bad-request", message, action=f"Install it: {how}."))
