"""HTTP over the gateway's Unix socket."""

from __future__ import annotations

import http.client
import io
import json
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TypeVar
from urllib.parse import quote, urlencode

from .contract import (
    Column,
    Connection,
    ErrorBody,
    Json,
    Profile,
    QueryStatus,
    Relation,
    SnapshotStatus,
    parse_columns,
    parse_profiles,
    parse_relations,
)
from .errors import GatewayUnavailable, ReplicaError, error_from, gateway_unavailable
from .export_status import ExportStatus

CONNECT_PATIENCE_S = 5.0
# A reply that is not a stream; cancelling waits for the server, connecting for the network.
REPLY_TIMEOUT_S = 60.0

T = TypeVar("T")


class GatewayClient:
    """The routes of src/contract/routes.ts that a kernel needs. Each call has its own connection.

    Args:
        socket_path: the gateway's Unix socket.
        why_not: asked for the reason when the gateway does not answer; may return None.
        profile: the connection profile whose catalog and connection are meant; None is the first one.

    Every method raises `ReplicaError`, or `GatewayUnavailable` when there is no answer.
    """

    def __init__(
        self,
        socket_path: str,
        why_not: Callable[[], str | None] = lambda: None,
        profile: str | None = None,
    ) -> None:
        self.socket_path = socket_path
        self.profile = profile
        self._why_not = why_not

    def of_profile(self, name: str) -> GatewayClient:
        """Return a client of the same gateway that means another profile."""
        return GatewayClient(self.socket_path, self._why_not, name)

    def profiles(self) -> list[Profile]:
        return _understand(parse_profiles, self._read("GET", "/v1/profiles"))

    def connection(self) -> Connection:
        return _understand(Connection.parse, self._read("GET", self._place("connection")))

    def data_bucket(self) -> str | None:
        """Return the bucket that exports go to by default."""
        content = self._read("GET", self._place("connection"))
        bucket: str | None = _understand(lambda value: _object(value)["dataBucket"], content)
        return bucket

    def relations(self) -> list[Relation]:
        return _understand(parse_relations, self._read("GET", self._place("catalog")))

    def columns(self, schema: str, relation: str) -> list[Column]:
        path = self._place("catalog/columns", schema=schema, relation=relation)
        return _understand(parse_columns, self._read("GET", path))

    def start_query(self, request: Json) -> QueryStatus:
        try:
            content = self._read("POST", "/v1/queries", request)
        except GatewayUnavailable as error:
            if not isinstance(error.__cause__, (ConnectionResetError, BrokenPipeError)):
                raise
            # A gateway that is being killed can still accept a connection; its queries end with it.
            content = self._read("POST", "/v1/queries", request)
        return _understand(QueryStatus.parse, content)

    def query_status(self, query_id: str, patience_s: float = CONNECT_PATIENCE_S) -> QueryStatus:
        content = self._read("GET", f"/v1/queries/{quote(query_id, '')}", patience_s=patience_s)
        return _understand(QueryStatus.parse, content)

    def planned_rows(self, sql: str, params: Sequence[str | None]) -> float | None:
        """Return how many rows the planner expects; None for a statement that has no plan."""
        profile = "" if self.profile is None else f"?{urlencode({'profile': self.profile})}"
        body = {"sql": sql, "params": list(params)}
        content = self._read("POST", f"/v1/queries/plan{profile}", body, patience_s=0)
        plan = _understand(lambda reply: reply["plan"], content)
        return None if plan is None else float(plan["root"]["rows"])

    def cancel_query(self, query_id: str) -> QueryStatus:
        """Return the status once the server has ended the statement; one that has ended stays as it is."""
        content = self._read("POST", f"/v1/queries/{query_id}/cancel", patience_s=0)
        return _understand(QueryStatus.parse, content)

    def release_query(self, query_id: str) -> None:
        """Give the rows up. A gateway that has gone has given them up already: no waiting for it."""
        self._read("DELETE", f"/v1/queries/{query_id}", patience_s=0)

    def follow_query(
        self, query_id: str, tell: Callable[[QueryStatus], None] = lambda status: None
    ) -> QueryStatus:
        """Return the final status and `tell` all others.

        The open connection is what keeps the query alive meanwhile.
        """
        with self._request("GET", f"/v1/queries/{quote(query_id, '')}/events", timeout_s=None) as reply:
            for data in _event_data(reply):
                status = _understand(QueryStatus.parse, data)
                tell(status)
                if status.final:
                    return status
        raise _ended_meanwhile()

    def open_snapshot(self, request: Json) -> SnapshotStatus:
        return _understand(SnapshotStatus.parse, self._read("POST", "/v1/snapshots", request))

    def snapshot_status(self, snapshot_id: str) -> SnapshotStatus:
        """Return how it is; asking keeps it open."""
        content = self._read("GET", f"/v1/snapshots/{snapshot_id}", patience_s=0)
        return _understand(SnapshotStatus.parse, content)

    def release_snapshot(self, snapshot_id: str) -> None:
        self._read("DELETE", f"/v1/snapshots/{snapshot_id}", patience_s=0)

    def start_export(self, request: Json) -> ExportStatus:
        return _understand(ExportStatus.parse, self._read("POST", "/v1/exports", request))

    def export_status(self, export_id: str) -> ExportStatus:
        return _understand(ExportStatus.parse, self._read("GET", f"/v1/exports/{quote(export_id, '')}"))

    def start_scale_out(self, request: Json) -> Json:
        """Plan an export by Spark; return its job as src/contract/scale-out.ts has it."""
        return _understand(_object, self._read("POST", "/v1/scale-out", request, timeout_s=None))

    def scale_out_job(self, name: str) -> Json:
        return _understand(_object, self._read("GET", f"/v1/scale-out/{quote(name, '')}"))

    def scale_out_jobs(self) -> list[Json]:
        return _understand(lambda value: list(_object(value)["jobs"]), self._read("GET", "/v1/scale-out"))

    def register(self, request: Json) -> Json:
        """Let a table of Glue show a version; return the version's manifest."""
        return _understand(_object, self._read("POST", "/v1/s3/registration", request))

    def cancel_export(self, export_id: str) -> ExportStatus:
        """Return the status once nothing of the export is left on S3."""
        content = self._read("POST", f"/v1/exports/{export_id}/cancel", patience_s=0)
        return _understand(ExportStatus.parse, content)

    def follow_export(self, export_id: str, tell: Callable[[ExportStatus], None]) -> ExportStatus:
        """Return the final status and `tell` all others. The export goes on without the connection."""
        with self._request("GET", f"/v1/exports/{export_id}/events", timeout_s=None) as reply:
            for data in _event_data(reply):
                status = _understand(ExportStatus.parse, data)
                tell(status)
                if status.final:
                    return status
        raise _ended_meanwhile()

    @contextmanager
    def open_arrow(self, query_id: str) -> Iterator[io.BufferedIOBase]:
        """Give the whole result as an Arrow IPC stream."""
        with self._request("GET", f"/v1/queries/{query_id}/arrow", timeout_s=None) as reply:
            yield reply

    def _place(self, path: str, **names: str) -> str:
        """The path of a route about one replica."""
        query = names if self.profile is None else {**names, "profile": self.profile}
        return f"/v1/{path}?{urlencode(query)}" if query else f"/v1/{path}"

    def _read(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        patience_s: float = CONNECT_PATIENCE_S,
        timeout_s: float | None = REPLY_TIMEOUT_S,
    ) -> bytes:
        with self._request(method, path, body, timeout_s=timeout_s, patience_s=patience_s) as reply:
            return reply.read()

    @contextmanager
    def _request(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        timeout_s: float | None = REPLY_TIMEOUT_S,
        patience_s: float = CONNECT_PATIENCE_S,
    ) -> Iterator[http.client.HTTPResponse]:
        headers = {} if body is None else {"Content-Type": "application/json"}
        with closing(_UnixConnection(self._connect(timeout_s, patience_s))) as connection:
            try:
                connection.request(method, path, None if body is None else json.dumps(body), headers)
                reply = connection.getresponse()
                if reply.status >= 400:
                    raise _refusal(reply.read())
                yield reply
            except TimeoutError as error:
                raise gateway_unavailable(
                    f"The gateway did not answer within {REPLY_TIMEOUT_S:.0f} s.",
                    "Try again; if it stays so, restart the Jupyter server.",
                ) from error
            except (OSError, http.client.HTTPException) as error:
                raise _ended_meanwhile() from error

    def _connect(self, timeout_s: float | None, patience_s: float) -> socket.socket:
        """Connect; wait a while for a gateway that is just being started again."""
        deadline = time.monotonic() + patience_s
        while True:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(timeout_s)
            try:
                connection.connect(self.socket_path)
            except (FileNotFoundError, ConnectionRefusedError) as error:
                connection.close()
                if time.monotonic() > deadline:
                    raise gateway_unavailable(
                        self._why_not() or f"The gateway does not answer at {self.socket_path}.",
                        "Look at the Jupyter server's log, or restart the server.",
                    ) from error
                time.sleep(0.05)
            except BaseException:
                connection.close()
                raise
            else:
                return connection


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, connected: socket.socket) -> None:
        super().__init__("gateway")
        self.sock = connected


def _event_data(reply: io.BufferedIOBase) -> Iterator[str]:
    """The data of each server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""
    data: list[str] = []
    for raw in reply:
        line = raw.decode().rstrip("\r\n")
        field, _, value = line.partition(":")
        if field == "data":
            data.append(value.removeprefix(" "))
        elif not line and data:
            yield "\n".join(data)
            data = []


def _understand(parse: Callable[[Json], T], content: str | bytes) -> T:
    try:
        return parse(json.loads(content))
    except (ValueError, KeyError, TypeError) as error:
        raise _not_understood(f"reading it gave {error!r}") from error


def _object(value: Json) -> Json:
    if not isinstance(value, dict):
        raise TypeError("it is no object")
    return value


def _refusal(content: bytes) -> ReplicaError:
    try:
        return error_from(ErrorBody.parse(json.loads(content)["error"]))
    except (ValueError, KeyError, TypeError) as error:
        return _not_understood(f"reading its error gave {error!r}")


def _not_understood(what: str) -> ReplicaError:
    return error_from(
        ErrorBody(
            "internal",
            f"The gateway's answer was not understood: {what}.",
            action="Install one version of jupyterlab_replica everywhere and restart the Jupyter server.",
        )
    )


def _ended_meanwhile() -> ReplicaError:
    return gateway_unavailable(
        "The gateway ended while it was working on this; the query was ended with it.",
        "Run it again: the gateway starts again by itself.",
    )
