"""Exports to S3: the gateway writes them, this asks for one and waits."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TextIO

from .contract import ErrorBody, Json
from .errors import ReplicaError
from .export_status import ExportStatus
from .interrupt import held_interrupt
from .progress import watched_stream
from .running import Cancellation
from .s3_files import parse_uri
from .statement import Statement

if TYPE_CHECKING:
    from .gateway_client import GatewayClient

Mode = Literal["new-version", "append", "replace-partitions"]
Format = Literal["parquet", "csv", "csv.gz", "arrow"]
Compression = Literal["zstd", "snappy"]
PARTS = ("year", "month", "day")
CANCELLED = ErrorBody("cancelled", "The export was cancelled.", action="Export again if it is still wanted.")


@dataclass(frozen=True)
class ExportOrder:
    """Where rows go and how; `secret_params` are positions in the statement's parameters, from 0."""

    uri: str
    partition_by: Sequence[str]
    mode: Mode
    file_format: Format
    compression: Compression
    secret_params: Sequence[int]
    overwrite: bool
    single: bool
    keep_versions: int | None
    keep_days: float | None
    target_file_bytes: int | None
    glue_table: str | None
    kms_key: str | None
    bucket_key: bool | None
    bucket_owner: str | None
    tags: Mapping[str, str] | None
    storage_class: str | None

    def request(
        self, statement: Statement, origin: Mapping[str, str], profile: str | None, snapshot: str | None
    ) -> Json:
        bucket, key = parse_uri(self.uri)
        return {
            "sql": statement.sql,
            "params": statement.params,
            "bucket": bucket,
            "key": key,
            "overwrite": self.overwrite,
            "format": self.file_format,
            "compression": self.compression,
            "dataset": None if self.single else self._dataset(),
            "objectSettings": {
                "kmsKey": self.kms_key,
                "bucketKey": self.bucket_key,
                "bucketOwner": self.bucket_owner,
                "tags": None
                if self.tags is None
                else [{"key": key, "value": value} for key, value in self.tags.items()],
                "storageClass": self.storage_class,
            },
            "secretParams": list(self.secret_params),
            "origin": {"kind": "export", "label": origin["label"]},
            "profile": profile,
            "snapshot": snapshot,
        }

    def _dataset(self) -> Json:
        retained = self.keep_versions is not None or self.keep_days is not None
        database, _, table = (self.glue_table or "").rpartition(".")
        if self.glue_table is not None and not (database and table):
            raise ValueError(f'The Glue table "{self.glue_table}" is not written as database.table.')
        return {
            "mode": self.mode,
            "partitionBy": [partition(text) for text in self.partition_by],
            "targetFileBytes": self.target_file_bytes,
            "retain": {"versions": self.keep_versions, "days": self.keep_days} if retained else None,
            "glue": {"database": database, "table": table} if self.glue_table else None,
        }


def partition(text: str) -> Json:
    """Return ``created_at:month`` as the contract has it; without a colon, the column's own values.

    Raises:
        ValueError: behind the colon is no date part.
    """
    column, colon, part = text.rpartition(":")
    if not colon:
        return {"column": text, "part": None}
    if part not in PARTS:
        raise ValueError(f'"{text}" names no date part: write {column}:year, {column}:month or {column}:day')
    return {"column": column, "part": part}


def run_export(
    client: GatewayClient, request: Json, statement: Statement, cancellation: Cancellation
) -> ExportStatus:
    """Return how it ended well; interrupting it cancels it, and nothing of it is visible then.

    Raises:
        ReplicaError: it failed; what went wrong is one of `db_connection.errors`.
    """
    with held_interrupt() as release_interrupt:
        export_id = client.start_export(request).export_id
        try:
            release_interrupt()
            return _followed(client, export_id, statement, cancellation)
        except KeyboardInterrupt:
            with suppress(ReplicaError):
                client.cancel_export(export_id)
            raise


def _followed(
    client: GatewayClient, export_id: str, statement: Statement, cancellation: Cancellation
) -> ExportStatus:
    line = _Line(watched_stream())
    try:
        cancellation.begun(lambda: client.cancel_export(export_id))
        status = client.follow_export(export_id, line.tell)
    finally:
        line.end()
    if status.state != "done":
        raise statement.error(status.error or CANCELLED)
    for warning in status.warnings:
        print(warning, file=sys.stderr)
    return status


class _Line:
    """One line that tells how far the export is."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._width = 0

    def tell(self, status: ExportStatus) -> None:
        if self._stream is not None:
            text = describe(status)
            self._stream.write("\r" + text.ljust(self._width))
            self._stream.flush()
            self._width = len(text)

    def end(self) -> None:
        if self._stream is not None and self._width > 0:
            self._stream.write("\n")


def describe(status: ExportStatus) -> str:
    """Return how far it is, such as ``writing · 1,200,000 of about 4,200,000 rows · 96.0 MB · 3.1 s``."""
    about = f" of about {status.row_estimate:,}" if status.row_estimate else ""
    parts: list[Any] = [
        status.phase or status.state,
        f"{status.rows:,}{about} rows",
        f"{status.size_bytes / 1e6:,.1f} MB",
        f"{status.elapsed_ms / 1000:.1f} s",
    ]
    return " · ".join(parts)
