"""Exports by Spark, for what is too large for one machine."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Literal

import pyarrow as pa

from .athena_query import FOLDER, AthenaQueries
from .contract import FINAL_STATES, ErrorBody, Json
from .dataset import Dataset
from .errors import ReplicaError, error_from
from .export import CANCELLED, partition
from .export_status import ExportStatus
from .gateway_client import GatewayClient
from .local_spark import LocalRun, find_local_spark
from .origin import origin
from .relations import find_relation, quoted
from .s3_files import parse_uri
from .snapshot import Snapshots

Engine = Literal["local", "sagemaker"]
LOOK_EVERY_S = 0.5


class Job:
    """An export by Spark, here or in another notebook's past: it is known by its name.

    Every method raises
        ReplicaError: the gateway does not know the job (code ``not-found``).
    """

    def __init__(self, client: GatewayClient, name: str, run: LocalRun | None = None) -> None:
        self._client = client
        self._run = run
        self.name = name

    def __repr__(self) -> str:
        status, details = self.status, self.details
        cost = "no price known" if details["cost"] is None else f"${details['cost']:,.2f}"
        billed = f", {cost}" if details["engine"] == "sagemaker" else ""
        return f"Job({self.name!r}: {status.phase or status.state}, {status.rows:,} rows{billed})"

    @property
    def status(self) -> ExportStatus:
        """How far it is, as of any export."""
        return self._client.export_status(self.name)

    @property
    def details(self) -> Json:
        """What Spark does: engine, state, parts, partsDone, sessions, cutBy, oneSnapshot, notes, log, …"""
        return self._client.scale_out_job(self.name)

    @property
    def progress(self) -> float:
        """The share of the parts that are written, from 0 to 1."""
        details = self.details
        done, parts = int(details["partsDone"]), int(details["parts"])
        return done / max(1, parts)

    @property
    def cost(self) -> float | None:
        """US dollars by now, by the price of the instances; None on this machine, or without a price."""
        cost: float | None = self.details["cost"]
        return cost

    def log(self, lines: int = 30) -> list[str]:
        """Return the last lines of its log."""
        told = list(self.details["log"])
        return (told or (self._run.tail(lines) if self._run else []))[-lines:]

    def cancel(self) -> ExportStatus:
        """End it; return once nothing of it is visible."""
        return self._client.cancel_export(self.name)

    def wait(self, timeout_s: float | None = None) -> Dataset:
        """Wait for its end and return the dataset at the version that was written.

        Interrupting the kernel leaves the job alone. Raises ExportFailed or what else ended it, and
        TimeoutError after `timeout_s`.
        """
        started = time.monotonic()
        while True:
            status = self.status
            if status.state in FINAL_STATES:
                break
            self._notice_death()
            if timeout_s is not None and time.monotonic() - started > timeout_s:
                raise TimeoutError(f"The job {self.name} was {status.phase} after {timeout_s} s.")
            time.sleep(LOOK_EVERY_S)
        if status.state != "done":
            raise error_from(status.error or CANCELLED)
        for warning in status.warnings:
            print(warning, file=sys.stderr)
        return Dataset(status.uri, status.version)

    def _notice_death(self) -> None:
        """A program that could not even begin has reported nothing."""
        if self._run is None or self._run.process.poll() in (None, 0):
            return
        # What it said last may still be on its way through S3 and the gateway.
        for _ in range(20):
            if self.status.state in FINAL_STATES:
                return
            time.sleep(LOOK_EVERY_S)
        with suppress(ReplicaError):
            self.cancel()
        raise error_from(
            ErrorBody(
                "export-incomplete",
                f"Spark ended with code {self._run.process.returncode}.",
                detail="\n".join(self._run.tail()),
                action=f"Its log is {self._run.log}.",
            )
        )


class ScaleOut:
    """Exports that several machines share; `Database.scale_out`."""

    def __init__(
        self, find_client: Callable[[], GatewayClient], label: str | None, snapshots: Snapshots
    ) -> None:
        self._find_client = find_client
        self._label = label
        self._snapshots = snapshots

    def export(
        self,
        table_or_sql: str,
        uri: str,
        *,
        engine: Engine = "local",
        partition_by: str | Sequence[str] = (),
        key: str | None = None,
        parts: int | None = None,
        sessions: int | None = None,
        as_text: Sequence[str] = (),
        separate_transactions: bool = False,
        instances: int = 1,
        instance_type: str = "ml.m5.xlarge",
        wait: bool = False,
    ) -> Job:
        """Start an export by Spark of a table or a statement to a new version of a dataset; return the job.

        All its sessions see one snapshot: that of the ``with db.snapshot()`` block around it, or one of its
        own. A plain table is cut by its pages, anything else by quantiles of `key`, by default the first
        column with an index. At most `sessions` read the replica at a time, as far as the gateway allows.
        `as_text` names columns to be read as PostgreSQL's text. Where the server shares no snapshot the job
        is refused, unless `separate_transactions`.

        ``engine="local"`` is Spark on this machine (``pip install "jupyterlab_replica[spark]"`` and Java 17),
        "sagemaker" is `instances` of `instance_type` in SageMaker Processing; docs/scale.md tells them apart.

        Raises:
            SnapshotUnavailable, ExportFailed, ReplicaError: see `db_connection.errors`.
        """
        spark = find_local_spark() if engine == "local" else None
        snapshot = self._snapshots.current()
        client = snapshot.client if snapshot else self._find_client()
        bucket, prefix = parse_uri(uri)
        named = [partition_by] if isinstance(partition_by, str) else partition_by
        request: dict[str, Any] = {
            "sql": self._statement(client, table_or_sql),
            "bucket": bucket,
            "key": prefix,
            "dataset": {"partitionBy": [partition(text) for text in named]},
            "engine": engine,
            "keyColumn": key,
            "parts": parts,
            "sessions": sessions,
            "asText": list(as_text),
            "separateTransactions": separate_transactions,
            "instances": instances,
            "instanceType": instance_type,
            "origin": {"kind": "export", "label": origin(self._label)["label"]},
            "profile": client.profile,
            "snapshot": snapshot.id if snapshot else None,
        }
        planned = client.start_scale_out(request)
        run = spark.start(planned["plan"], planned["sessions"]) if spark else None
        job = Job(client, planned["name"], run)
        if wait:
            job.wait()
        return job

    def job(self, name: str) -> Job:
        """Return a job by its name, whoever started it on this machine."""
        client = self._find_client()
        client.scale_out_job(name)
        return Job(client, name)

    def jobs(self) -> list[Job]:
        """Return the jobs that this machine has started, the newest first."""
        client = self._find_client()
        return [Job(client, job["name"]) for job in client.scale_out_jobs()]

    def sql(
        self, sql: str, *, database: str, work_group: str = "primary", output: str | None = None
    ) -> pa.Table:
        """Run a SELECT on Amazon Athena, over tables that are registered in `database`; return its rows.

        The rows pass through Parquet below `output`, by default ``athena/`` in the data bucket, and are
        removed there once they have been read. Interrupting stops the statement. Needs boto3, as
        ``pip install "jupyterlab_replica[spark]"`` brings it.

        Raises:
            QueryFailed: Athena refused the statement or failed at it, or its use is not allowed.
            Cancelled: somebody else stopped it.
            ReplicaError: see `db_connection.errors`.
        """
        if output is None:
            output = f"s3://{self._data_bucket()}/{FOLDER}"
        return AthenaQueries(database, work_group, output).table(sql)

    def register(self, uri: str, table: str, version: str | None = None) -> Dataset:
        """Make `table` ("database.table" of the Glue Data Catalog) show a version, by default the newest.

        Athena and Spark then read it by name. A table that shows something else is left alone. Return the
        dataset at the version.

        Raises:
            QueryFailed: this machine's role may not register tables there.
            ReplicaError: there is no such dataset, version or database (code ``not-found``), or the table
                shows something else (``bad-request``).
            ValueError: `table` does not name a database and a table.
        """
        database, _, name = table.partition(".")
        if not database or not name:
            raise ValueError(f'"{table}" names no database and table, such as lake.orders')
        bucket, prefix = parse_uri(uri)
        place = {"bucket": bucket, "prefix": prefix, "version": version}
        manifest = self._find_client().register({**place, "database": database, "table": name})
        return Dataset(uri, manifest["version"])

    def _data_bucket(self) -> str:
        bucket = self._find_client().data_bucket()
        if bucket is None:
            raise error_from(
                ErrorBody(
                    "bad-request",
                    "There is no data bucket that rows could pass through.",
                    action='Name a place: output="s3://bucket/prefix".',
                )
            )
        return bucket

    def _statement(self, client: GatewayClient, table_or_sql: str) -> str:
        """A single word is the name of a table."""
        if len(table_or_sql.split()) > 1:
            return table_or_sql
        return f"SELECT * FROM {quoted(find_relation(client.relations(), table_or_sql))}"
