"""A statement from its start in the gateway until its rows are given up."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from .contract import ErrorBody, Json, QueryStatus, query_request
from .errors import ReplicaError, ResultTooLarge
from .export import ExportOrder, run_export
from .export_status import ExportStatus
from .gateway_client import GatewayClient
from .interrupt import held_interrupt
from .origin import origin
from .progress import progress, watched_stream
from .rows import Rows, read_rows
from .running import Cancellation, Running
from .snapshot import Snapshots
from .statement import Statement, bind
from .stream import RowStream

CANCELLED = ErrorBody("cancelled", "The query was cancelled.", action="Run it again if it is still wanted.")


class Execution:
    """Runs statements in a gateway and knows which are running and how the last one ended.

    Every method raises what `db_connection.errors` draws.
    """

    def __init__(self, find_client: Callable[[], GatewayClient], label: str | None) -> None:
        self._find_client = find_client
        self._label = label
        self.running = Running()
        self.snapshots = Snapshots(find_client, label)
        self.last: QueryStatus | None = None

    def run(
        self,
        statement: Statement,
        parallel: int | None = None,
        in_order: bool = False,
        cancellation: Cancellation | None = None,
        row_limit: int | None = None,
        watch: Callable[[GatewayClient, QueryStatus], None] = lambda client, status: None,
    ) -> tuple[Rows, QueryStatus]:
        """Return all rows, or the first `row_limit`, and how it went.

        `watch` is told each status and may end the query by raising `ReplicaError`.
        """
        cancellation = cancellation or Cancellation()
        with self.running.during(cancellation), held_interrupt() as release_interrupt:
            client, request = self._prepare(statement, parallel, in_order, row_limit=row_limit)
            query_id = self._start(client, statement, request)
            try:
                release_interrupt()
                cancellation.begun(lambda: client.cancel_query(query_id))
                status = self._finish(client, query_id, statement, lambda status: watch(client, status))
                return read_rows(client, status), status
            except (KeyboardInterrupt, ResultTooLarge):
                with suppress(ReplicaError):
                    client.cancel_query(query_id)
                raise
            finally:
                with suppress(ReplicaError):
                    client.release_query(query_id)

    def stream(self, statement: Statement) -> RowStream:
        """Return the rows as they arrive; closing them ends the statement."""
        cancellation = Cancellation()

        def ended(status: QueryStatus | None) -> None:
            self.running.remove(cancellation)
            if status is not None:
                self.last = replace(status, sql=statement.written)

        self.running.add(cancellation)
        with held_interrupt() as release_interrupt:
            try:
                client, request = self._prepare(statement, read_once=True)
                query_id = self._start(client, statement, request)
            except BaseException:
                self.running.remove(cancellation)
                raise
            try:
                release_interrupt()
                cancellation.begun(lambda: client.cancel_query(query_id))
                return RowStream(client, query_id, statement, ended)
            except KeyboardInterrupt:
                self.running.remove(cancellation)
                with suppress(ReplicaError):
                    client.release_query(query_id)
                raise

    def export(self, statement: Statement, order: ExportOrder) -> ExportStatus:
        """Write all rows to S3, and return how it ended well."""
        cancellation = Cancellation()
        with self.running.during(cancellation):
            snapshot = self.snapshots.current()
            client = snapshot.client if snapshot else self._find_client()
            snapshot_id = snapshot.id if snapshot else None
            request = order.request(statement, origin(self._label), client.profile, snapshot_id)
            return run_export(client, request, statement, cancellation)

    def held(self, query_id: str) -> tuple[Rows, QueryStatus]:
        """Return the rows of a result that somebody else holds, once it is complete."""
        client = self._find_client()
        status = client.query_status(query_id)
        status = self._finish(client, query_id, bind(status.sql))
        return read_rows(client, status), status

    def _prepare(
        self,
        statement: Statement,
        parallel: int | None = None,
        in_order: bool = False,
        read_once: bool = False,
        row_limit: int | None = None,
    ) -> tuple[GatewayClient, Json]:
        """The gateway to ask, and what; inside a snapshot it is the one that holds it."""
        snapshot = self.snapshots.current()
        client = snapshot.client if snapshot else self._find_client()
        snapshot_id = snapshot.id if snapshot else None
        return client, query_request(
            statement.sql,
            statement.params,
            origin(self._label),
            parallel,
            in_order,
            read_once,
            row_limit,
            client.profile,
            snapshot_id,
        )

    def _start(self, client: GatewayClient, statement: Statement, request: Json) -> str:
        try:
            return client.start_query(request).query_id
        except ReplicaError as error:
            raise statement.error(error.body) from error

    def _finish(
        self,
        client: GatewayClient,
        query_id: str,
        statement: Statement,
        watch: Callable[[QueryStatus], None] = lambda status: None,
    ) -> QueryStatus:
        with progress(watched_stream()) as tell:

            def told(status: QueryStatus) -> None:
                tell(status)
                watch(status)

            status = replace(client.follow_query(query_id, told), sql=statement.written)
        self.last = status
        if status.state != "done":
            raise statement.error(status.error or CANCELLED)
        return status
