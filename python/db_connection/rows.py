"""The rows of a finished query as an Arrow table."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import pyarrow as pa

from .contract import ErrorBody, QueryStatus
from .errors import error_from
from .gateway_client import GatewayClient


class Rows(NamedTuple):
    """All rows; `forget` takes the pages of a mapped file out of this process, which may read them again."""

    table: pa.Table
    forget: Callable[[], None]


def read_rows(client: GatewayClient, status: QueryStatus) -> Rows:
    """Return all rows of a query that is done.

    On the gateway's own machine its file is mapped, not copied: the columns stay in the page cache, also
    after the file's name is gone. Elsewhere the same bytes come through the socket.

    Raises:
        ReplicaError: the rows that arrived are not as many as the server sent.
    """
    rows = _map_spool(status.spool_path) if status.spool_path else None
    if rows is None:
        with client.open_arrow(status.query_id) as stream, pa.ipc.open_stream(stream) as reader:
            rows = Rows(reader.read_all(), lambda: None)
    if rows.table.num_rows != status.rows:
        raise error_from(
            ErrorBody(
                "internal",
                f"The result is incomplete: {rows.table.num_rows} rows arrived of {status.rows}.",
                action="Run the query again; if it happens again, report it.",
            )
        )
    return rows


def first_rows(path: str | None) -> pa.Table | None:
    """Return the first batch of a file that still grows; None where it cannot be seen from here."""
    with suppress(OSError, ValueError, pa.ArrowException, StopIteration):
        mapped = _mapped(path or "")
        return pa.Table.from_batches([pa.ipc.open_stream(pa.py_buffer(mapped)).read_next_batch()])
    return None


def _map_spool(path: str) -> Rows | None:
    try:
        mapped = _mapped(path)
    except (OSError, ValueError):
        return None
    with pa.ipc.open_stream(pa.py_buffer(mapped)) as reader:
        return Rows(reader.read_all(), lambda: _forget(mapped))


def _mapped(path: str) -> mmap.mmap:
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _forget(mapped: mmap.mmap) -> None:
    # Other systems may take it for permission to lose the bytes; on Linux a shared file's pages come back.
    if hasattr(mmap, "MADV_DONTNEED") and hasattr(mapped, "madvise"):
        mapped.madvise(mmap.MADV_DONTNEED)
