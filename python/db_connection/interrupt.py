"""Ctrl-C, and a kernel's Interrupt, that come while something is being started in the gateway."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

LONGEST_S = 0.5


@contextmanager
def held_interrupt() -> Iterator[Callable[[], None]]:
    """Hold an interrupt back until the function that this gives is called, which then raises it.

    So what is being started is known, and can be ended, before ``KeyboardInterrupt`` is raised. It is held
    for half a second at most, and a second one is not held. Other threads than the main one get none.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield lambda: None
        return
    held = _Held(before)
    signal.signal(signal.SIGINT, held.note)
    try:
        yield held.release
    finally:
        held.release()


class _Held:
    def __init__(self, before: Callable[[int, FrameType | None], object]) -> None:
        self._before = before
        # A signal comes in the middle of what its own thread does.
        self._lock = threading.RLock()
        self._holds = True
        self._noted: FrameType | None = None
        self._timer: threading.Timer | None = None

    def note(self, _number: int, frame: FrameType | None) -> None:
        if self._timer is not None:
            self.release()
            return
        self._noted = frame
        self._timer = threading.Timer(LONGEST_S, self._again, [threading.get_ident()])
        self._timer.daemon = True
        self._timer.start()

    def release(self) -> None:
        with self._lock:
            if not self._holds:
                return
            self._holds = False
            signal.signal(signal.SIGINT, self._before)
        if self._timer is not None:
            self._timer.cancel()
            self._before(signal.SIGINT, self._noted)

    def _again(self, main_thread: int) -> None:
        with self._lock:
            if self._holds:
                # A signal to the thread itself ends what it waits for.
                signal.pthread_kill(main_thread, signal.SIGINT)
