"""The manifest of a dataset's version, as src/contract/dataset.ts describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FORMAT = "jupyterlab-replica-dataset"
FORMAT_VERSION = 1


@dataclass(frozen=True)
class DatasetColumn:
    """`type` is PostgreSQL's name, `hive` the one of Athena, Glue and Spark, `arrow` that of the files."""

    name: str
    type: str
    hive: str
    arrow: str


@dataclass(frozen=True)
class DatasetPartition:
    """A directory for each value of `column`, or of its date part `part`: year, month or day."""

    name: str
    column: str
    part: str | None
    hive: str


@dataclass(frozen=True)
class DatasetFile:
    """`path` is relative to the dataset; `partition` has a value for each partition, None for NULL."""

    path: str
    rows: int
    size_bytes: int
    crc32: str | None
    partition: tuple[str | None, ...]


@dataclass(frozen=True)
class Manifest:
    """One committed version.

    Attributes:
        sequence: from 1, in the order of the commits.
        version: the name of its folder, `v=<version>/`.
        committed_at, as_of: ISO 8601, UTC; the second is the state of the database, None where unknown.
        params: None in the place of a secret one.
        file_format: parquet, csv or arrow.
    """

    sequence: int
    version: str
    parent: str | None
    mode: str
    committed_at: str
    file_format: str
    user: str | None
    notebook: str | None
    sql: str
    params: tuple[Any, ...]
    as_of: str | None
    lsn: str | None
    snapshot: str | None
    replica_lag_ms: float | None
    schema: tuple[DatasetColumn, ...]
    partitions: tuple[DatasetPartition, ...]
    rows: int
    size_bytes: int
    files: tuple[DatasetFile, ...]

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Manifest:
        """Raises KeyError or ValueError for what is no manifest that this version understands."""
        if value["format"] != FORMAT or value["formatVersion"] > FORMAT_VERSION:
            raise ValueError(f"format {value['format']}, version {value['formatVersion']}")
        query, source = value["query"], value["source"]
        return cls(
            sequence=value["sequence"],
            version=value["version"],
            parent=value.get("parent"),
            mode=value.get("mode", "new-version"),
            committed_at=value["committedAt"],
            file_format=value.get("fileFormat", "parquet"),
            user=value.get("user"),
            notebook=value.get("notebook"),
            sql=query["sql"],
            params=tuple(query.get("params", ())),
            as_of=source.get("asOf"),
            lsn=source.get("lsn"),
            snapshot=source.get("snapshot"),
            replica_lag_ms=source.get("replicaLagMs"),
            schema=tuple(
                DatasetColumn(column["name"], column["type"], column["hive"], column["arrow"])
                for column in value["schema"]
            ),
            partitions=tuple(
                DatasetPartition(part["name"], part["column"], part["part"], part["hive"])
                for part in value.get("partitions", ())
            ),
            rows=value["rows"],
            size_bytes=value["bytes"],
            files=_files(value["files"]),
        )


def _files(values: Sequence[Mapping[str, Any]]) -> tuple[DatasetFile, ...]:
    return tuple(
        DatasetFile(
            path=value["path"],
            rows=value["rows"],
            size_bytes=value["bytes"],
            crc32=value.get("crc32"),
            partition=tuple(value.get("partition", ())),
        )
        for value in values
    )
