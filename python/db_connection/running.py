"""What a `Database` is running, so that others can end it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from .errors import ReplicaError


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

    def ask(self) -> bool:
        """End the query in the server; return, when it has, whether it still ran.

        One that has not begun is ended as soon as it has.
        """
        with self._lock:
            self._asked = True
            cancel = self._cancel
        # One that has just ended, or whose gateway has, must not save others.
        with suppress(ReplicaError):
            if cancel is not None:
                cancel()
            return True
        return False


class Running:
    """What one process runs. A forked process runs nothing: what it sees is its parent's."""

    def __init__(self) -> None:
        self._forget()

    def add(self, cancellation: Cancellation) -> None:
        """Tell before anything is started that it can be ended so."""
        self._after_fork()
        with self._lock:
            self._cancellations.add(cancellation)

    def remove(self, cancellation: Cancellation) -> None:
        self._after_fork()
        with self._lock:
            self._cancellations.discard(cancellation)

    @contextmanager
    def during(self, cancellation: Cancellation) -> Iterator[None]:
        """Know of it inside the block."""
        self.add(cancellation)
        try:
            yield
        finally:
            self.remove(cancellation)

    def cancel_all(self) -> int:
        """Cancel them all; return how many there were."""
        self._after_fork()
        with self._lock:
            running = list(self._cancellations)
        return sum(cancellation.ask() for cancellation in running)

    def _after_fork(self) -> None:
        """Another thread of the parent may have held the lock, which nobody here would ever give back."""
        if self._pid != os.getpid():
            self._forget()

    def _forget(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._cancellations: set[Cancellation] = set()
