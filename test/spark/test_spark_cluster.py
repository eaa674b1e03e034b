"""The program as spark-submit starts it in a cluster, whose executors are processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pyspark
import pytest
import replica_spark
from db_connection import Database
from db_connection.local_spark import LocalRun, LocalSpark
from support.eventually import eventually
from support.spark import ROOT, by_id, left
from support.stack import Stack

ROWS = 400_000
WAIT_S = 240
EXECUTOR = b"org.apache.spark.executor.CoarseGrainedExecutorBackend"
PAGES = ("environment/", "SQL/", "SQL/execution/?id=0", "stages/", "executors/", "api/v1/applications")


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A master and two workers on this machine run what is started; the folder of their event log."""
    home = Path(pyspark.__file__).parent
    jars = sorted((ROOT / ".demo" / "spark-jars").glob("*.jar"))
    configuration, events = tmp_path / "conf", tmp_path / "events"
    configuration.mkdir()
    events.mkdir()
    settings = {
        "spark.master": "local-cluster[2,1,1024]",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": 2,
        "spark.ui.showConsoleProgress": "false",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": events.as_uri(),
        "spark.executorEnv.SPARK_LOCAL_IP": "127.0.0.1",
    }
    (configuration / "spark-defaults.conf").write_text(
        "".join(f"{name} {value}\n" for name, value in settings.items())
    )
    environment = {
        **{"SPARK_HOME": str(home), "SPARK_CONF_DIR": str(configuration), "SPARK_LOCAL_IP": "127.0.0.1"},
        **{"SPARK_WORKER_DIR": str(tmp_path / "work"), "PYSPARK_PYTHON": sys.executable},
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }

    def start(_: LocalSpark, plan: str, __: int) -> LocalRun:
        log = tmp_path / "submit.log"
        program = Path(replica_spark.__file__).parent / "__main__.py"
        names = ",".join(str(jar) for jar in jars)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [home / "bin" / "spark-submit", "--jars", names, program, "--plan", plan, "--jars", names],
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return LocalRun(process, log)

    monkeypatch.setattr(LocalSpark, "start", start)
    return events


def below(process: int) -> Iterator[int]:
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield int(child)
                yield from below(int(child))


def shown_by(process: int) -> bytes:
    """What `ps` and Spark's pages show of the program and all that it has started."""
    shown = b""
    for one in (process, *below(process)):
        with suppress(OSError):
            shown += Path(f"/proc/{one}/cmdline").read_bytes()
    for port in range(4040, 4044):
        for page in PAGES:
            with suppress(OSError):
                shown += urlopen(f"http://127.0.0.1:{port}/{page}", timeout=5).read()
    return shown


@contextmanager
def looking_at(process: int) -> Iterator[list[bytes]]:
    """Collects until the block ends all that is shown of the program."""
    stop = threading.Event()
    seen: list[bytes] = []

    def look() -> None:
        while not stop.wait(1):
            seen.append(shown_by(process))

    looker = threading.Thread(target=look)
    looker.start()
    try:
        yield seen
    finally:
        stop.set()
        looker.join()


def executors(process: int) -> list[int]:
    return [one for one in below(process) if EXECUTOR in Path(f"/proc/{one}/cmdline").read_bytes()]


def test_an_executor_that_is_killed_costs_time_and_no_row_and_no_secret_is_shown(
    database: Database, stack: Stack, primary: psycopg.Connection, bucket: str, cluster: Path
) -> None:
    primary.execute(
        "CREATE TABLE scaled.spread AS SELECT g AS id, md5(g::text) AS t"
        f" FROM generate_series(1, {ROWS}) g".encode()
    )
    stack.replayed(primary)
    with database.snapshot():
        job = database.scale_out.export("scaled.spread", f"s3://{bucket}/spark/spread", sessions=2)
        assert job._run is not None
        submitted = job._run.process.pid
        with looking_at(submitted) as seen:
            reading = (
                "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE '%%Spark for%%'"
                " AND query LIKE 'SELECT \"c0\"%%'"
            )
            with stack.admin("standby") as admin:
                assert eventually(lambda: admin.execute(reading).fetchone() != (0,), WAIT_S)
                victim = executors(submitted)[0]
                os.kill(victim, signal.SIGKILL)
            dataset = job.wait(WAIT_S)
        expected = database.query_arrow("SELECT * FROM scaled.spread", parallel=1)
    assert by_id(dataset.to_arrow()).equals(by_id(expected))
    assert dataset.manifest.rows == ROWS
    listed = sorted(file.path for file in dataset.manifest.files)
    assert listed == sorted(
        key.partition("spark/spread/")[2] for key in left(stack, bucket, "spark/spread/v=")
    )
    events = "".join(file.read_text() for file in cluster.iterdir())
    assert '"Event":"SparkListenerExecutorRemoved"' in events
    assert "ExecutorLostFailure" in events
    pages = b"".join(seen)
    assert b"Spark Properties" in pages
    assert b"JDBCRelation" in pages
    assert EXECUTOR in pages
    secret = stack.description["reader"]["password"]
    shown = [*job.log(100), job._run.log.read_text(), events, pages.decode(errors="replace")]
    for work in (cluster.parent / "work").rglob("std*"):
        shown.append(work.read_text(errors="replace"))
    assert all(secret not in text for text in shown)
