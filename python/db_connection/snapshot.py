"""Several queries on one frozen view of the database."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from types import TracebackType

from .contract import ErrorBody, SnapshotStatus, snapshot_request
from .errors import ReplicaError, SnapshotEnded, error_from
from .gateway_client import GatewayClient
from .origin import origin

#: What the current thread or task has entered, of whatever database; the innermost last.
_entered: ContextVar[tuple[Snapshot, ...]] = ContextVar("entered", default=())


class Snapshot:
    """A frozen view, open while somebody is in its ``with`` block; `Database.snapshot` makes them.

    Queries of the database see it inside the block, from all threads and tasks. Where several threads have
    snapshots of their own, a thread that belongs to one of them says so with another ``with snapshot:``.
    """

    def __init__(self, snapshots: Snapshots, minutes: float | None) -> None:
        self._snapshots = snapshots
        self._minutes = minutes
        self._status: SnapshotStatus | None = None
        self._lock = threading.Lock()
        self._inside = 0
        self._left = threading.Event()
        self._pid = os.getpid()

    @property
    def status(self) -> SnapshotStatus:
        """What the gateway said when it was opened.

        Raises:
            SnapshotEnded: it is not open.
        """
        if self._status is None:
            raise SnapshotEnded(
                ErrorBody(
                    "snapshot-ended",
                    "The snapshot is not open.",
                    action="Use it inside `with db.snapshot() as snapshot:`.",
                )
            )
        return self._status

    @property
    def id(self) -> str:
        return self.status.snapshot_id

    @property
    def as_of(self) -> str:
        """When it was taken: ISO 8601, UTC, by the server's clock."""
        return self.status.as_of

    @property
    def client(self) -> GatewayClient:
        """The gateway that holds it."""
        return self._client

    def __enter__(self) -> Snapshot:
        with self._lock:
            if self._status is None:
                self._open()
            self._inside += 1
        _entered.set((*_entered.get(), self))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        entered = _entered.get()
        if self in entered:
            last = len(entered) - 1 - entered[::-1].index(self)
            _entered.set(entered[:last] + entered[last + 1 :])
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._close()

    def belongs_to(self, snapshots: Snapshots) -> bool:
        return self._snapshots is snapshots

    def _open(self) -> None:
        self._client = self._snapshots.find_client()
        self._status = self._client.open_snapshot(
            snapshot_request(origin(self._snapshots.label), self._minutes, self._client.profile)
        )
        self._left.clear()
        self._snapshots.opened(self)
        threading.Thread(target=self._keep, name="db_connection snapshot", daemon=True).start()

    def _close(self) -> None:
        snapshot_id = self.id
        self._status = None
        self._left.set()
        self._snapshots.closed(self)
        # A forked process leaves the block too; the snapshot is its parent's.
        if self._pid == os.getpid():
            with suppress(ReplicaError):
                self._client.release_snapshot(snapshot_id)

    def _keep(self) -> None:
        """The gateway gives a snapshot up that nobody asks for, as after the end of this process."""
        status = self.status
        while not self._left.wait(status.silent_s / 4):
            # Why it has ended is told to the next query.
            with suppress(ReplicaError):
                self._client.snapshot_status(status.snapshot_id)


class Snapshots:
    """The open snapshots of one database.

    Args:
        find_client: returns the gateway's client.
        label: what pg_stat_activity shows.
    """

    def __init__(self, find_client: Callable[[], GatewayClient], label: str | None) -> None:
        self.find_client = find_client
        self.label = label
        self._open: tuple[Snapshot, ...] = ()

    def make(self, minutes: float | None) -> Snapshot:
        """Return the one that the caller is in already, or one to be opened."""
        return self._own() or Snapshot(self, minutes)

    def current(self) -> Snapshot | None:
        """Return what a query of this thread or task sees; None where nothing is frozen.

        Raises:
            ReplicaError: other threads have several, and which one counts here cannot be known.
        """
        own = self._own()
        if own is not None or not self._open:
            return own
        if len(self._open) > 1:
            raise error_from(
                ErrorBody(
                    "bad-request",
                    f"{len(self._open)} snapshots are open, and this thread is in none of them.",
                    action="Say which one counts: `with snapshot:` around the queries of this thread.",
                )
            )
        return self._open[0]

    def opened(self, snapshot: Snapshot) -> None:
        self._open = (*self._open, snapshot)

    def closed(self, snapshot: Snapshot) -> None:
        self._open = tuple(one for one in self._open if one is not snapshot)

    def _own(self) -> Snapshot | None:
        return next((one for one in reversed(_entered.get()) if one.belongs_to(self)), None)
