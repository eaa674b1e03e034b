"""Datasets on S3: their committed versions, and the rows of one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas
import pyarrow as pa

from .arrow_names import arrow_type
from .athena import create_table
from .manifest import Manifest
from .s3_files import no_dataset, open_s3, parse_uri, unreadable

if TYPE_CHECKING:
    import polars
    from pyarrow.dataset import Dataset as ArrowDataset
    from pyarrow.fs import S3FileSystem

Filters = Any
# Of partition values, by their Hive type; keys of other types are read as text.
DERIVED_TYPES = {"int": pa.int32(), "string": pa.string(), "date": pa.date32()}


@dataclass(frozen=True)
class Difference:
    """What `Dataset.diff` found: names of columns, columns whose type changed with both types, and counts."""

    added: list[str]
    removed: list[str]
    changed: dict[str, tuple[str, str]]
    rows: tuple[int, int]
    size_bytes: tuple[int, int]
    files: tuple[int, int]


class Dataset:
    """The committed versions of a dataset on S3; reads the newest, or the one that `at` was given.

    Only manifests are trusted: files of an export that is still writing, or that failed, are not seen.

    Every method raises
        ReplicaError: there is no such dataset or version (code ``not-found``), or its manifest cannot be
            read (``dataset-unreadable``).
        OSError: S3 cannot be read.
    """

    def __init__(self, uri: str, version: str | None = None, s3: S3FileSystem | None = None) -> None:
        self._bucket, self._prefix = parse_uri(uri)
        self._version = version
        self._s3 = open_s3() if s3 is None else s3
        self._known: Manifest | None = None

    @property
    def uri(self) -> str:
        return f"s3://{self._bucket}/{self._prefix}"

    def __repr__(self) -> str:
        return f"Dataset({self.uri!r}, version={self._version!r})"

    def versions(self) -> pandas.DataFrame:
        """Return one row a committed version, the newest first.

        Columns: sequence, version, committed_at, as_of, mode, rows, size_bytes, files, user.
        """
        manifests = [self._read(sequence) for sequence in reversed(self._sequences())]
        frame: pandas.DataFrame = pandas.DataFrame(
            [
                {
                    "sequence": manifest.sequence,
                    "version": manifest.version,
                    "committed_at": pandas.Timestamp(manifest.committed_at),
                    "as_of": pandas.NaT if manifest.as_of is None else pandas.Timestamp(manifest.as_of),
                    "mode": manifest.mode,
                    "rows": manifest.rows,
                    "size_bytes": manifest.size_bytes,
                    "files": len(manifest.files),
                    "user": manifest.user,
                }
                for manifest in manifests
            ],
            columns=[
                "sequence",
                "version",
                "committed_at",
                "as_of",
                "mode",
                "rows",
                "size_bytes",
                "files",
                "user",
            ],
        )
        return frame

    def at(self, version: str | int) -> Dataset:
        """Return the dataset as of one version, by its name or its sequence."""
        other = Dataset(self.uri, None, self._s3)
        manifest = self._find(version)
        other._version, other._known = manifest.version, manifest
        return other

    @property
    def manifest(self) -> Manifest:
        """The manifest of the version that is read. Without `at`, the newest one each time."""
        if self._version is None:
            sequences = self._sequences()
            if not sequences:
                raise no_dataset(self.uri, f"There is no dataset at {self.uri}.")
            return self._read(sequences[-1])
        if self._known is None:
            self._known = self._find(self._version)
        return self._known

    @property
    def folder(self) -> str:
        """The address of the version's folder, for plain readers of Hive-partitioned Parquet."""
        return f"{self.uri}/v={self.manifest.version}/"

    def scan(self) -> ArrowDataset:
        """Return the version as a `pyarrow.dataset.Dataset`, with the columns of its directories at the end.

        Columns that are partitions have their own type and value again, an empty text and NULL apart.
        """
        return self._scan(self.manifest)

    def _scan(self, manifest: Manifest) -> ArrowDataset:
        import pyarrow.dataset as ds

        if manifest.file_format not in ("parquet", "arrow"):
            raise unreadable(self.uri, f"its files are {manifest.file_format}: read {self.folder} as such")
        file_format: Any = ds.ParquetFileFormat() if manifest.file_format == "parquet" else ds.IpcFileFormat()
        paths = [f"{self._bucket}/{self._prefix}/{file.path}" for file in manifest.files]
        if not paths:
            whole = pa.schema([(column.name, arrow_type(column.arrow)) for column in manifest.schema])
            return ds.dataset(self._schema(manifest, whole).empty_table())
        own = file_format.inspect(paths[0], self._s3)
        schema = self._schema(manifest, own)
        values = [
            _guarantee(manifest, schema, file.partition) if manifest.partitions else ds.scalar(True)
            for file in manifest.files
        ]
        return ds.FileSystemDataset.from_paths(
            paths, schema=schema, format=file_format, filesystem=self._s3, partitions=values
        )

    def to_arrow(self, columns: Sequence[str] | None = None, filters: Filters = None) -> pa.Table:
        """Return rows as an Arrow table, by default the statement's columns in its order.

        `filters` is a `pyarrow.compute.Expression`, or a list of (column, operator, value) as pandas has it;
        files of other partitions are not read.
        """
        return self._rows(self.manifest, columns, filters)

    def _rows(self, manifest: Manifest, columns: Sequence[str] | None, filters: Filters) -> pa.Table:
        from pyarrow.parquet import filters_to_expression

        if isinstance(filters, (list, tuple)):
            filters = filters_to_expression(filters)
        names = [column.name for column in manifest.schema] if columns is None else list(columns)
        return self._scan(manifest).to_table(columns=names, filter=filters)

    def to_pandas(
        self, columns: Sequence[str] | None = None, filters: Filters = None, **options: Any
    ) -> pandas.DataFrame:
        """Return rows as a pandas frame; `options` are those of `pyarrow.Table.to_pandas`."""
        # Once: another version may be committed between two looks.
        manifest = self.manifest
        frame: pandas.DataFrame = self._rows(manifest, columns, filters).to_pandas(**options)
        frame.attrs = {"dataset": self.uri, "version": manifest.version, "as_of": manifest.as_of}
        return frame

    def to_polars(self, columns: Sequence[str] | None = None, filters: Filters = None) -> polars.DataFrame:
        """Return rows as a polars frame. Raises ImportError where polars is not installed."""
        import polars

        frame = polars.from_arrow(self.to_arrow(columns, filters))
        assert isinstance(frame, polars.DataFrame)
        return frame

    def diff(self, before: str | int, after: str | int) -> Difference:
        """Compare schema and counts of two versions."""
        old, new = self._find(before), self._find(after)
        types = [{column.name: column.type for column in manifest.schema} for manifest in (old, new)]
        return Difference(
            added=[name for name in types[1] if name not in types[0]],
            removed=[name for name in types[0] if name not in types[1]],
            changed={
                name: (types[0][name], types[1][name])
                for name in types[0]
                if name in types[1] and types[0][name] != types[1][name]
            },
            rows=(old.rows, new.rows),
            size_bytes=(old.size_bytes, new.size_bytes),
            files=(len(old.files), len(new.files)),
        )

    def athena(self, table: str | None = None) -> str:
        """Return the statements that make an external table of this version for Athena."""
        return create_table(self.uri, self.manifest, table or self._prefix.split("/")[-1])

    def _schema(self, manifest: Manifest, own: pa.Schema) -> pa.Schema:
        fields = {field.name: field for field in own}
        keys = {part.column: part for part in manifest.partitions if part.part is None}
        ordered = [
            fields[column.name] if column.name not in keys else pa.field(column.name, _key_type(column.hive))
            for column in manifest.schema
            if column.name in keys or column.name in fields
        ]
        derived = [
            pa.field(part.name, DERIVED_TYPES[part.hive])
            for part in manifest.partitions
            if part.part is not None
        ]
        return pa.schema([*ordered, *derived])

    def _sequences(self) -> list[int]:
        from pyarrow.fs import FileSelector

        folder = f"{self._bucket}/{self._prefix}/_manifests"
        names = [
            info.base_name for info in self._s3.get_file_info(FileSelector(folder, allow_not_found=True))
        ]
        return sorted(int(name[:10]) for name in names if len(name) == 15 and name[:10].isdigit())

    def _read(self, sequence: int) -> Manifest:
        path = f"{self._bucket}/{self._prefix}/_manifests/{sequence:010}.json"
        with self._s3.open_input_stream(path) as stream:
            content = stream.read()
        try:
            return Manifest.parse(json.loads(content))
        except (ValueError, KeyError, TypeError) as error:
            raise unreadable(f"s3://{path}", repr(error)) from error

    def _find(self, version: str | int) -> Manifest:
        for sequence in reversed(self._sequences()):
            if isinstance(version, int) and sequence != version:
                continue
            manifest = self._read(sequence)
            if version in (manifest.version, manifest.sequence):
                return manifest
        raise no_dataset(self.uri, f"The dataset {self.uri} has no version {version}.")


def _key_type(hive: str) -> pa.DataType:
    types = {
        "boolean": pa.bool_(),
        "smallint": pa.int16(),
        "int": pa.int32(),
        "bigint": pa.int64(),
        "date": pa.date32(),
    }
    return types.get(hive, pa.string())


def _guarantee(manifest: Manifest, schema: pa.Schema, values: Sequence[str | None]) -> Any:
    """What holds for all rows of a file; Arrow fills the columns that the file lacks from it."""
    import pyarrow.compute as pc

    whole = pc.scalar(True)
    for index, (part, value) in enumerate(zip(manifest.partitions, values, strict=True)):
        field = pc.field(part.name)
        kind = schema.field(part.name).type
        one = field.is_null() if value is None else field == pa.scalar(value).cast(kind)
        whole = one if index == 0 else whole & one
    return whole
