"""What a `Database` is running, so that others can end it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress

from .errors import ReplicaError
from .gateway_client import GatewayClient


class RunningQueries:
    """The queries of one process. A forked process has none: those it sees are its parent's."""

    def __init__(self) -> None:
        self._forget()

    def add(self, query_id: str, client: GatewayClient) -> None:
        self._after_fork()
        with self._lock:
            self._clients[query_id] = client

    def remove(self, query_id: str) -> None:
        self._after_fork()
        with self._lock:
            self._clients.pop(query_id, None)

    def cancel_all(self) -> int:
        """Cancel them all; return how many there were."""
        self._after_fork()
        with self._lock:
            running = dict(self._clients)
        cancelled = 0
        for query_id, client in running.items():
            # One that has just ended, or whose gateway has, must not save the others.
            with suppress(ReplicaError):
                client.cancel_query(query_id)
                cancelled += 1
        return cancelled

    def _after_fork(self) -> None:
        """Another thread of the parent may have held the lock, which nobody here would ever give back."""
        if self._pid != os.getpid():
            self._forget()

    def _forget(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._clients: dict[str, GatewayClient] = {}


class Cancellation:
    """Ends one query from elsewhere, also when asked before the query has begun."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancel: Callable[[], object] | None = None
        self._asked = False

    def begun(self, cancel: Callable[[], object]) -> None:
        """Tell how to end the query."""
        with self._lock:
            self._cancel = cancel
            asked = self._asked
        if asked:
            self.ask()

    def ask(self) -> None:
        """End the query in the server; return when it has."""
        with self._lock:
            self._asked = True
            cancel = self._cancel
        with suppress(ReplicaError):
            if cancel is not None:
                cancel()
