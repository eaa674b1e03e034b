"""Statements that Athena runs, and their rows as Arrow."""

from __future__ import annotations

import importlib.util
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pyarrow as pa

from .contract import ErrorBody
from .errors import ReplicaError, error_from
from .interrupt import held_interrupt
from .s3_files import open_s3, parse_uri

LOOK_EVERY_S = 0.5
#: Where the rows of a statement lie until they have been read, below the bucket.
FOLDER = "athena"


class AthenaQueries:
    """Runs statements in one database and work group; rows pass through `output`, ``s3://bucket/prefix``.

    Raises:
        ReplicaError: boto3 is missing (code ``bad-request``).
    """

    def __init__(self, database: str, work_group: str, output: str) -> None:
        if importlib.util.find_spec("boto3") is None:
            raise _failed(
                "bad-request",
                "boto3, which asks Athena, is not installed.",
                action='Install it: pip install "jupyterlab_replica[spark]".',
            )
        import boto3

        self._athena, self._s3 = boto3.client("athena"), boto3.client("s3")
        self._database, self._work_group = database, work_group
        self._bucket, self._prefix = parse_uri(output)

    def table(self, sql: str) -> pa.Table:
        """Return the rows of a SELECT, with the types of the Parquet that UNLOAD writes."""
        import pyarrow.dataset as ds

        statement = sql.strip().rstrip(";")
        prefix = f"{self._prefix}/{uuid.uuid4()}"
        try:
            target = f"s3://{self._bucket}/{prefix}/rows/"
            self._run(f"UNLOAD (\n{statement}\n) TO '{target}' WITH (format = 'PARQUET')", prefix)
            keys = [key for key in self._keys(prefix) if key.startswith(f"{prefix}/rows/")]
            if not keys:
                # Nothing is written for no rows, not even the names of the columns.
                done = self._run(f"SELECT * FROM (\n{statement}\n) LIMIT 0", prefix)
                return self._schema(done).empty_table()
            paths = [f"{self._bucket}/{key}" for key in keys]
            table: pa.Table = ds.dataset(paths, format="parquet", filesystem=open_s3()).to_table()
            return table
        finally:
            self._remove(prefix)

    def _run(self, sql: str, prefix: str) -> str:
        """Return the id of the execution once it has succeeded; an interrupt stops it."""
        with held_interrupt() as release:
            execution = self._start(sql, prefix)
            try:
                release()
                self._wait(execution)
            except KeyboardInterrupt:
                with suppress(Exception):
                    self._athena.stop_query_execution(QueryExecutionId=execution)
                raise
        return execution

    def _start(self, sql: str, prefix: str) -> str:
        started = self._ask(
            "start_query_execution",
            QueryString=sql,
            QueryExecutionContext={"Database": self._database},
            WorkGroup=self._work_group,
            ResultConfiguration={"OutputLocation": f"s3://{self._bucket}/{prefix}/"},
        )
        return str(started["QueryExecutionId"])

    def _wait(self, execution: str) -> None:
        while True:
            told = self._ask("get_query_execution", QueryExecutionId=execution)
            status = told["QueryExecution"]["Status"]
            if status["State"] == "SUCCEEDED":
                return
            reason = status.get("StateChangeReason")
            if status["State"] == "CANCELLED":
                raise _failed("cancelled", "The statement was cancelled in Athena.", detail=reason)
            if status["State"] == "FAILED":
                raise _failed("query-failed", "Athena could not run the statement.", detail=reason)
            time.sleep(LOOK_EVERY_S)

    def _schema(self, execution: str) -> pa.Schema:
        results = self._ask("get_query_results", QueryExecutionId=execution)
        columns = results["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
        return pa.schema([pa.field(column["Name"], _arrow_type(column)) for column in columns])

    def _ask(self, operation: str, **arguments: Any) -> Mapping[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer: Mapping[str, Any] = getattr(self._athena, operation)(**arguments)
            return answer
        except ClientError as error:
            told = error.response["Error"]
            if told["Code"] in ("AccessDeniedException", "AccessDenied"):
                raise _failed(
                    "permission-denied",
                    f"This machine's role may not use the work group {self._work_group} of Athena.",
                    detail=told.get("Message"),
                    action="Ask for it: the CDK app grants it where storage.glueDatabases has the database.",
                ) from error
            raise _failed(
                "bad-request",
                "Athena does not take the statement.",
                detail=told.get("Message"),
                action=f"Look whether there is a work group {self._work_group}, which work_group= names.",
            ) from error
        except BotoCoreError as error:
            raise _failed(
                "host-unreachable",
                "Athena cannot be asked.",
                detail=str(error),
                action="Check AWS_REGION, the identity of this machine, and that Athena has an endpoint.",
            ) from error

    def _keys(self, prefix: str) -> list[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=f"{prefix}/")
        return [found["Key"] for page in pages for found in page.get("Contents", []) if found["Size"] > 0]

    def _remove(self, prefix: str) -> None:
        """What cannot be removed costs its storage, not the rows."""
        with suppress(Exception):
            for key in self._keys(prefix):
                self._s3.delete_object(Bucket=self._bucket, Key=key)


def _arrow_type(column: Mapping[str, Any]) -> pa.DataType:
    if column["Type"] == "decimal":
        return pa.decimal128(column["Precision"], column["Scale"])
    types = {
        "boolean": pa.bool_(),
        "tinyint": pa.int32(),
        "smallint": pa.int32(),
        "integer": pa.int32(),
        "bigint": pa.int64(),
        "float": pa.float32(),
        "real": pa.float32(),
        "double": pa.float64(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("ns"),
        "varbinary": pa.binary(),
    }
    return types.get(column["Type"], pa.string())


def _failed(code: str, message: str, *, detail: str | None = None, action: str | None = None) -> ReplicaError:
    return error_from(ErrorBody(code, message, detail=detail, action=action))
