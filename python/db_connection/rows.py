"""The rows of a finished query as an Arrow table."""

from __future__ import annotations

import pyarrow as pa

from .contract import ErrorBody, QueryStatus
from .errors import error_from
from .gateway_client import GatewayClient


def read_rows(client: GatewayClient, status: QueryStatus) -> pa.Table:
    """Return all rows of a query that is done.

    On the gateway's own machine its file is mapped, not copied: the columns stay in the page cache, also
    after the file's name is gone. Elsewhere the same bytes come through the socket.

    Raises:
        ReplicaError: the rows that arrived are not as many as the server sent.
    """
    table = _map_spool(status.spool_path) if status.spool_path else None
    if table is None:
        with client.open_arrow(status.query_id) as stream, pa.ipc.open_stream(stream) as reader:
            table = reader.read_all()
    if table.num_rows != status.rows:
        raise error_from(
            ErrorBody(
                "internal",
                f"The result is incomplete: {table.num_rows} rows arrived of {status.rows}.",
                action="Run the query again; if it happens again, report it.",
            )
        )
    return table


def _map_spool(path: str) -> pa.Table | None:
    try:
        source = pa.memory_map(path)
    except OSError:
        return None
    with source, pa.ipc.open_stream(source) as reader:
        return reader.read_all()
