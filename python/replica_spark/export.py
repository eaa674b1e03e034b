"""One run of one plan."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from .columns import columns
from .commit import commit
from .login import Login
from .report import Report
from .sessions import Counting, Leader, compare, joining
from .spark import open_spark
from .storage import Storage
from .written import Written

FETCH_ROWS = 20_000


class Export:
    """One run of one plan."""

    def __init__(self, plan: Any, storage: Storage, report: Report) -> None:
        self._plan, self._storage, self._report = plan, storage, report
        self._folder = f"{plan['address']['prefix']}/v={plan['version']}/"
        self._spark: Any = None
        self._leader: Leader | None = None
        self._committed = False

    def run(self, local: int | None, jars: list[str]) -> None:
        """THE PATH: join → read and write ∥ count → compare → commit."""
        plan, report = self._plan, self._report
        self._spark = open_spark(plan, local, jars)
        report.watch(self._spark)
        login = Login(plan["login"])
        report.phase("joining the snapshot")
        self._leader = Leader(self._spark, login, plan)
        report.refuse_cancelled()
        counting = Counting(self._leader, plan)
        counting.start()
        report.phase("writing")
        self._write(login)
        report.refuse_cancelled()
        report.state["partsDone"] = len(plan["parts"])
        report.phase("verifying")
        written = Written(self._spark, self._storage, plan)
        report.state.update(rows=written.rows, bytes=written.size_bytes, files=len(written.files))
        compare(written.rows_of_parts, counting.result(), plan)
        report.refuse_cancelled()
        report.phase("committing")
        report.state["sequence"] = commit(self._storage, plan, written)
        self._committed = True

    def remove(self) -> None:
        """Take away what was written, unless it is committed."""
        if not self._committed:
            if self._spark is not None:
                with suppress(Exception):
                    self._spark.sparkContext.cancelAllJobs()
                    self._spark.stop()
            with suppress(Exception):
                self._storage.abort_uploads(self._folder)
                self._storage.delete([found["Key"] for found in self._storage.objects(self._folder)])

    def close(self) -> None:
        if self._leader is not None:
            with suppress(Exception):
                self._leader.close()
        if self._spark is not None:
            with suppress(Exception):
                self._spark.stop()

    def _write(self, login: Login) -> None:
        plan = self._plan
        properties = {
            **login.properties,
            "driver": "org.postgresql.Driver",
            "fetchsize": str(FETCH_ROWS),
            "sessionInitStatement": joining(plan, self._leader.snapshot if self._leader else None),
            "ApplicationName": plan["applicationName"],
        }
        frame = self._spark.read.jdbc(
            login.url, plan["source"], predicates=plan["parts"], properties=properties
        ).select(*columns(plan))
        names = [part["name"] for part in plan["partitions"]]
        writer = frame.write.mode("error").option("compression", "zstd")
        if names:
            writer = writer.partitionBy(*names)
        self._spark.sparkContext.setJobGroup(plan["name"], plan["name"], interruptOnCancel=True)
        writer.parquet(f"s3a://{self._storage.bucket}/{self._folder.rstrip('/')}")
