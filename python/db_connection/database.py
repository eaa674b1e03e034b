"""Queries against the replica: from SQL to a DataFrame."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas
import pyarrow as pa

from .catalog import Catalog
from .contract import Connection, Profile, QueryStatus
from .dataset import Dataset
from .execution import Execution
from .export import Compression, ExportOrder, Format, Mode
from .far_dates import readable
from .frames import Backend, Numeric, check_flavour, to_scalar
from .framing import Flavour, Framing
from .gateway_client import GatewayClient
from .memory import free_bytes
from .own_gateway import client_of, find_gateway, start_gateway
from .plan import Plan
from .provenance import Drift, drift, source_of
from .running import Cancellation
from .scale_out import ScaleOut
from .snapshot import Snapshot
from .statement import Parameters, bind, parameter_positions
from .stream import RowStream

if TYPE_CHECKING:
    import polars


class Database(Catalog):
    """The replica behind one gateway. Safe to use from several threads, and after a fork.

    `params` of every method are a list for $1, $2 … in the statement, or a dict for :name
    (`db_connection.statement.bind` says what is taken for a name, `db_connection.parameters` which values
    can be bound). Interrupting the kernel cancels the statement in the server.

    Every method that runs a statement raises
        QueryFailed, ConnectionFailed, GatewayUnavailable, Cancelled, ReplicaConflict, ResultTooLarge:
            see `db_connection.errors`.
        TypeError: a parameter cannot be bound, or one is missing.

    Args:
        find_client: returns the gateway's client; asked anew for each query.
        label: what pg_stat_activity shows; by default the notebook's or the program's name.
        memory_free: returns the bytes that a frame may take, or None where nobody knows.
    """

    def __init__(
        self,
        find_client: Callable[[], GatewayClient],
        label: str | None = None,
        memory_free: Callable[[], int | None] = free_bytes,
    ) -> None:
        self._find_client = find_client
        self._label = label
        self._framing = Framing(memory_free)
        self._execution = Execution(find_client, label)

    def query(
        self,
        sql: str,
        params: Parameters = None,
        *,
        dtype_backend: Backend = None,
        numeric: Numeric = None,
        parallel: int | None = None,
        in_order: bool = False,
        limit: int | None = None,
        force: bool = False,
    ) -> pandas.DataFrame:
        """Run one statement and return all its rows, or the first `limit`.

        A limit leaves the statement as it is: so many rows are read, then the server stops;
        ``attrs["truncated"]`` says whether there were more.

        Columns become what the table in `db_connection.frames` says: numpy's types and numeric as float64 by
        default; with ``dtype_backend="pyarrow"`` Arrow's own, every digit kept. ``numeric`` is "float64" or
        "decimal". `frame.attrs` says where it came from: sql, params (but `secret` ones), profile, as_of
        (ISO 8601, UTC), lag_ms, snapshot, rows, elapsed_ms, truncated, parallel, columns and schema_hash.

        A default frame that would take more memory than the machine has free is refused with
        `ResultTooLarge`, unless `force`: while the statement runs, by the planner's rows and the bytes of the
        first ones; once all have arrived; and while its columns are made.

        `parallel` connections at most share the read of a whole table (``SELECT * FROM t``), as far as the
        gateway allows and has them free; 1 forbids it, None leaves it to the gateway, which shares large
        tables. They see one snapshot, and the rows come in any order unless `in_order`: then in that of a
        single scan. ``frame.attrs["parallel"]`` is None for any other statement, else a dict with
        "connections" and "refusal", the reason for reading over one connection.
        """
        return self._query(
            sql, params, dtype_backend, numeric, parallel, in_order, limit, force, Cancellation()
        )

    async def aquery(
        self,
        sql: str,
        params: Parameters = None,
        *,
        dtype_backend: Backend = None,
        numeric: Numeric = None,
        parallel: int | None = None,
        in_order: bool = False,
        limit: int | None = None,
        force: bool = False,
    ) -> pandas.DataFrame:
        """Do what `query` does in a thread; cancelling the task cancels the statement in the server."""
        cancellation = Cancellation()
        try:
            return await asyncio.to_thread(
                self._query,
                sql,
                params,
                dtype_backend,
                numeric,
                parallel,
                in_order,
                limit,
                force,
                cancellation,
            )
        except asyncio.CancelledError:
            await asyncio.to_thread(cancellation.ask)
            raise

    def query_arrow(
        self,
        sql: str,
        params: Parameters = None,
        *,
        parallel: int | None = None,
        in_order: bool = False,
    ) -> pa.Table:
        """Run one statement and return all its rows as an Arrow table, every digit of every value kept.

        The PostgreSQL type of a column is in its field's metadata under ``pg:type``. `parallel` and
        `in_order` mean what they do for `query`.
        """
        return self._execution.run(bind(sql, params), parallel, in_order)[0].table

    def query_polars(
        self,
        sql: str,
        params: Parameters = None,
        *,
        parallel: int | None = None,
        in_order: bool = False,
    ) -> polars.DataFrame:
        """Run one statement and return all its rows as a polars frame, every digit of every value kept.

        A column with dates beyond Python's is text.

        Raises:
            ImportError: polars is not installed.
        """
        try:
            import polars
        except ImportError as error:
            raise ImportError("db.query_polars needs polars: install it with `pip install polars`") from error
        table = self._execution.run(bind(sql, params), parallel, in_order)[0].table
        columns = [readable(column) for column in table.columns]
        frame = polars.from_arrow(pa.table(columns, names=table.column_names))
        assert isinstance(frame, polars.DataFrame)
        return frame

    def scalar(self, sql: str, params: Parameters = None, *, numeric: Numeric = None) -> Any:
        """Run one statement and return its only value as Python's own; None for NULL and for no row.

        Raises:
            ValueError: it returned several columns or rows.
        """
        return to_scalar(self._execution.run(bind(sql, params))[0].table, numeric)

    def stream(self, sql: str, params: Parameters = None) -> RowStream:
        """Run one statement and return a `pyarrow.RecordBatchReader` over its rows, in constant memory.

        Use it in a ``with`` block: leaving it ends the statement in the server. The rows may be more
        than the gateway can store. When the statement fails after some have been read, the next read raises;
        nothing is run again unnoticed.
        """
        return self._execution.stream(bind(sql, params))

    def snapshot(self, minutes: float | None = None) -> Snapshot:
        """Return a ``with`` block inside of which all queries of this object see one frozen view.

        It holds for the queries of all threads and tasks, for `stream` and for parallel reads. Inside another
        block it is that one's view. It ends with the block, after `minutes`, or after what the gateway allows
        (30 by default); statements that run by then go on. docs/python.md says what holding one costs.

        Raises, where the block begins:
            SnapshotUnavailable: the server cannot share its view, or too many are open.
        and inside it, at the next query, besides what `query` raises:
            SnapshotEnded: it expired, or the connection that held it broke.
            ReplicaConflict: replay on the replica could not wait for it any longer.
        """
        return self._execution.snapshots.make(minutes)

    def to_s3(
        self,
        sql: str,
        uri: str,
        *,
        params: Parameters = None,
        partition_by: str | Sequence[str] = (),
        mode: Mode = "new-version",
        format: Format = "parquet",
        compression: Compression = "zstd",
        secret_params: Sequence[str | int] = (),
        single: bool = False,
        overwrite: bool = False,
        keep_versions: int | None = None,
        keep_days: float | None = None,
        target_file_bytes: int | None = None,
        glue_table: str | None = None,
        kms_key: str | None = None,
        bucket_key: bool | None = None,
        bucket_owner: str | None = None,
        tags: Mapping[str, str] | None = None,
        storage_class: str | None = None,
    ) -> Dataset | str:
        """Run one statement and write all its rows to S3; return the dataset at the version that was written.

        The gateway does it in bounded memory, and what it writes is visible whole or not at all.
        `partition_by` names columns, or date parts such as ``created_at:month``. `mode` is "new-version",
        "append" or "replace-partitions"; docs/export.md tells them apart. `compression` "snappy" is for
        readers of Parquet that know neither zstd nor newer encodings. `secret_params` (names, or positions
        from 0) are left out of the manifest. With `single`, `uri` is one object instead, and is
        returned. Versions beyond `keep_versions` or older than `keep_days` are deleted afterwards, only when
        asked for. `glue_table` ("database.table") makes that table show the new version. How S3 keeps the
        objects is said by `kms_key` (id, ARN or alias), `bucket_key`, `bucket_owner` (the account that must
        own the bucket), `tags` and `storage_class`; None leaves it to the gateway's settings and the bucket.
        Interrupting the kernel cancels the export.

        Raises:
            ExportFailed: nothing was written; or as every method that runs a statement.
            ValueError: an address, a partition or `glue_table` that is not written as it should be.
        """
        statement = bind(sql, params)
        order = ExportOrder(
            uri=uri,
            partition_by=[partition_by] if isinstance(partition_by, str) else partition_by,
            mode=mode,
            file_format=format,
            compression=compression,
            secret_params=parameter_positions(sql, params, secret_params),
            overwrite=overwrite,
            single=single,
            keep_versions=keep_versions,
            keep_days=keep_days,
            target_file_bytes=target_file_bytes,
            glue_table=glue_table,
            kms_key=kms_key,
            bucket_key=bucket_key,
            bucket_owner=bucket_owner,
            tags=tags,
            storage_class=storage_class,
        )
        status = self._execution.export(statement, order)
        return uri if status.version is None else Dataset(uri, status.version)

    @property
    def scale_out(self) -> ScaleOut:
        """Exports by Spark, for what is too large for one machine."""
        return ScaleOut(self._find_client, self._label, self._execution.snapshots)

    def dataset(self, uri: str) -> Dataset:
        """Return a dataset on S3, to read its newest version or another; nothing is asked of the database."""
        return Dataset(uri)

    def explain(self, sql: str, params: Parameters = None, *, analyze: bool = False) -> Plan:
        """Return how PostgreSQL would run the statement; with `analyze` it runs, and its rows are dropped.

        A notebook draws it as a table; ``str()`` gives text.
        """
        options = "ANALYZE, BUFFERS, FORMAT JSON" if analyze else "FORMAT JSON"
        table = self._execution.run(bind(sql, params).prefixed(f"EXPLAIN ({options}) "))[0].table
        return Plan.parse(to_scalar(table))

    def result(
        self,
        query_id: str,
        *,
        dtype_backend: Backend = None,
        numeric: Numeric = None,
        force: bool = False,
    ) -> pandas.DataFrame:
        """Return the rows of a result that the query panel holds, without running its statement again.

        They are mapped from the gateway's file. Waits for a query that still runs; ``attrs["truncated"]``
        says whether the panel's row limit cut it.

        Raises:
            ReplicaError: the gateway does not hold that result any more (code ``result-expired``).
        """
        rows, status = self._execution.held(query_id)
        return self._framing.frame(rows, status, None, Flavour(dtype_backend, numeric, force))

    def rerun(
        self, frame: pandas.DataFrame, params: Parameters = None, **options: Any
    ) -> tuple[pandas.DataFrame, Drift]:
        """Run the statement behind a frame again; return the new frame and what has changed.

        Same parameters, profile and flavour, which `frame.attrs` holds, also after a round trip through
        Parquet. `params` gives the values that were secret, or others; `options` are those of `query`.

        Raises:
            ValueError: the frame does not say where it came from.
            TypeError: a value was secret, and `params` lacks it.
        """
        source = source_of(frame, params)
        database = self if self.connection().profile == source.profile else self.profile(source.profile)
        again = database.query(source.sql, source.params, **{**source.flavour, **options})
        return again, drift(frame.attrs, again.attrs)

    def last(self) -> QueryStatus | None:
        """Return how the last query of this object ended: rows, elapsed_ms, notices …; None before any."""
        return self._execution.last

    def cancel_all(self) -> int:
        """Cancel what this object is running in other threads, also what is only being started.

        Return how many queries, streams and exports that were.
        """
        return self._execution.running.cancel_all()

    def profile(self, name: str) -> Database:
        """Return the database of another connection profile of the same gateway (docs/profiles.md).

        A name that is not configured raises `ReplicaError` (code ``not-found``) with the first request.
        """
        return Database(lambda: self._find_client().of_profile(name), self._label, self._framing.memory_free)

    def profiles(self) -> list[Profile]:
        """Return the connection profiles, the one that is used where none is named first."""
        return self._find_client().profiles()

    def connection(self) -> Connection:
        """Return where queries go; connects if nothing has connected yet. Raises as `query`."""
        return self._find_client().connection()

    @property
    def socket_path(self) -> str:
        """The gateway's Unix socket, for ``connect(socket_path=…)`` in another process of this user."""
        return self._find_client().socket_path

    def _query(
        self,
        sql: str,
        params: Parameters,
        dtype_backend: Backend,
        numeric: Numeric,
        parallel: int | None,
        in_order: bool,
        limit: int | None,
        force: bool,
        cancellation: Cancellation,
    ) -> pandas.DataFrame:
        check_flavour(dtype_backend, numeric)
        if limit is not None and limit < 0:
            raise ValueError(f"limit is a number of rows, not {limit}")
        statement = bind(sql, params)
        flavour = Flavour(dtype_backend, numeric, force)
        watch = self._framing.forecast(statement, flavour, limit)
        rows, status = self._execution.run(statement, parallel, in_order, cancellation, limit, watch)
        return self._framing.frame(rows, status, statement, flavour)


def connect(
    *,
    socket_path: str | None = None,
    environ: Mapping[str, str] | None = None,
    label: str | None = None,
) -> Database:
    """Return a database beside the ready-made `db`.

    Args:
        socket_path: the Unix socket of a gateway that runs already.
        environ: start a gateway with exactly these variables instead, for another database or role
            (JUPYTERLAB_REPLICA_SECRET_ID, PGSSLROOTCERT …; src/gateway/config.ts lists them).
        label: what pg_stat_activity shows.

    Raises:
        GatewayUnavailable: a gateway was to be started and could not.
    """
    if socket_path is not None:
        return Database(lambda: GatewayClient(socket_path), label)
    if environ is not None:
        gateway = start_gateway(environ)
        return Database(lambda: client_of(gateway), label)
    return Database(find_gateway, label)
