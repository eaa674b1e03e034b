"""Queries against the replica: from SQL to a DataFrame."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import pandas
import pyarrow as pa

from .contract import Connection, ErrorBody, QueryStatus, query_request
from .errors import ReplicaError, error_from
from .frames import to_frame
from .gateway_client import GatewayClient
from .origin import origin
from .own_gateway import client_of, find_gateway, start_gateway
from .parameters import parameter_texts
from .rows import read_rows


class Database:
    """The replica behind one gateway. Safe to use from several threads.

    Args:
        find_client: returns the gateway's client; asked anew for each query.
        label: what pg_stat_activity shows; by default the notebook's or the program's name.
    """

    def __init__(self, find_client: Callable[[], GatewayClient], label: str | None = None) -> None:
        self._find_client = find_client
        self._label = label
        self._running: dict[str, GatewayClient] = {}
        self._lock = threading.Lock()

    def query(
        self,
        sql: str,
        params: Sequence[object] | None = None,
        *,
        parallel: int | None = None,
        in_order: bool = False,
    ) -> pandas.DataFrame:
        """Run one statement and return all its rows.

        `params` bind to $1, $2 … . Columns become what the table in `db_connection.frames` says.
        `frame.attrs` holds sql, rows, elapsed_ms, as_of (ISO 8601, UTC, the statement's start) and parallel.

        `parallel` connections at most share the read of a whole table (``SELECT * FROM t``), as far as the
        gateway allows and has them free; 1 forbids it, None leaves it to the gateway, which shares large
        tables. They see one snapshot, and the rows come in any order unless `in_order`: then in that of a
        single scan. ``frame.attrs["parallel"]`` is None for any other statement, else a dict with
        "connections" and "refusal", the reason for reading over one connection.
        Interrupting the kernel cancels the statement in the server.

        Raises:
            QueryFailed, ConnectionFailed, GatewayUnavailable, Cancelled, ReplicaConflict, ResultTooLarge:
                see `db_connection.errors`.
            TypeError: a parameter cannot be bound.
        """
        table, status = self._run(sql, params, parallel, in_order)
        frame = to_frame(table)
        frame.attrs = {
            "sql": sql,
            "rows": status.rows,
            "elapsed_ms": status.elapsed_ms,
            "as_of": status.started_at,
            "parallel": status.parallel,
        }
        return frame

    def query_arrow(
        self,
        sql: str,
        params: Sequence[object] | None = None,
        *,
        parallel: int | None = None,
        in_order: bool = False,
    ) -> pa.Table:
        """Run one statement and return all its rows as an Arrow table, every digit of every value kept.

        The PostgreSQL type of a column is in its field's metadata under ``pg:type``. `parallel` and
        `in_order` mean what they do for `query`, which also says what is raised.
        """
        return self._run(sql, params, parallel, in_order)[0]

    def cancel_all(self) -> int:
        """Cancel what this object is running in other threads; return how many queries that were."""
        with self._lock:
            running = dict(self._running)
        cancelled = 0
        for query_id, client in running.items():
            # One that has just ended, or whose gateway has, must not save the others.
            with suppress(ReplicaError):
                client.cancel_query(query_id)
                cancelled += 1
        return cancelled

    def connection(self) -> Connection:
        """Return where queries go; connects if nothing has connected yet. Raises as `query`."""
        return self._find_client().connection()

    @property
    def socket_path(self) -> str:
        """The gateway's Unix socket, for ``connect(socket_path=…)`` in another process of this user."""
        return self._find_client().socket_path

    def _run(
        self, sql: str, params: Sequence[object] | None, parallel: int | None, in_order: bool
    ) -> tuple[pa.Table, QueryStatus]:
        client = self._find_client()
        request = query_request(sql, parameter_texts(params), origin(self._label), parallel, in_order)
        query_id = client.start_query(request).query_id
        with self._lock:
            self._running[query_id] = client
        try:
            status = _finish(client, query_id, sql)
            table = read_rows(client, status)
        except KeyboardInterrupt:
            with suppress(ReplicaError):
                client.cancel_query(query_id)
            raise
        finally:
            with self._lock:
                self._running.pop(query_id, None)
            with suppress(ReplicaError):
                client.release_query(query_id)
        return table, status


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


def _finish(client: GatewayClient, query_id: str, sql: str) -> QueryStatus:
    status = client.follow_query(query_id)
    if status.state == "done":
        return status
    cancelled = ErrorBody(
        "cancelled", "The query was cancelled.", action="Run it again if it is still wanted."
    )
    raise error_from(status.error or cancelled, sql)
