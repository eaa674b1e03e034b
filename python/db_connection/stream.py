"""The rows of a query as they arrive, batch by batch."""

from __future__ import annotations

import http.client
import io
from collections.abc import Callable
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Any

import pyarrow as pa

from .contract import ErrorBody, QueryStatus
from .errors import ReplicaError
from .gateway_client import GatewayClient
from .statement import Statement


class RowStream(pa.ipc.RecordBatchStreamReader):  # type: ignore[misc]
    """A `pyarrow.RecordBatchReader` over a running statement; closing it ends the statement in the server.

    Args:
        client: the gateway that runs the query.
        query_id: the query.
        statement: what it runs, for errors.
        ended: told the last status once the rows are given up; called once.
    """

    def __init__(
        self,
        client: GatewayClient,
        query_id: str,
        statement: Statement,
        ended: Callable[[QueryStatus | None], None],
    ) -> None:
        self._source = _Source(client, query_id, statement, ended)
        try:
            super().__init__(pa.PythonFile(self._source.open(), mode="r"))
        except ReplicaError as error:
            self.close()
            raise statement.error(error.body) from error
        except BaseException:
            self.close()
            raise

    def read_next_batch(self) -> pa.RecordBatch:
        """Return the next batch; raises StopIteration behind the last one."""
        try:
            return super().read_next_batch()
        except BaseException as error:
            self._source.complete = isinstance(error, StopIteration)
            self.close()
            raise

    def read_all(self) -> pa.Table:
        """Return the rows that are left."""
        try:
            table = super().read_all()
            self._source.complete = True
            return table
        finally:
            self.close()

    def close(self) -> None:
        """End the statement, if it still runs, and give its rows up."""
        self._source.close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()


class _Source:
    """The query behind a stream. It does not know the stream, which Arrow would keep alive then."""

    def __init__(
        self,
        client: GatewayClient,
        query_id: str,
        statement: Statement,
        ended: Callable[[QueryStatus | None], None],
    ) -> None:
        self.complete = False
        self._client = client
        self._query_id = query_id
        self._statement = statement
        self._ended = ended
        self._closing = ExitStack()
        self._closing.callback(self._give_up)

    def open(self) -> _Rows:
        return _Rows(self._closing.enter_context(self._client.open_arrow(self._query_id)), self._failure)

    def close(self) -> None:
        self._closing.close()

    def _failure(self) -> Exception:
        """Why the rows broke off."""
        try:
            error = self._client.query_status(self._query_id, patience_s=0).error
        except ReplicaError as failure:
            return failure
        body = error or ErrorBody(
            "internal", "The rows broke off.", action="Run the query again; if it happens again, report it."
        )
        return self._statement.error(body)

    def _give_up(self) -> None:
        status = None
        with suppress(ReplicaError):
            # The rows end a moment before the statement.
            end = self._client.follow_query if self.complete else self._client.cancel_query
            status = end(self._query_id)
        with suppress(ReplicaError):
            self._client.release_query(self._query_id)
        self._ended(status)


class _Rows(io.RawIOBase):
    """The bytes of the reply, with an error that tells why when they break off."""

    def __init__(self, reply: io.BufferedIOBase, failure: Callable[[], Exception]) -> None:
        self._reply = reply
        self._failure = failure

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> Any:
        try:
            return self._reply.read(size)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._failure() from error
