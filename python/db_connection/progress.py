"""A line about a query that takes long, for somebody who looks: in a terminal or a notebook."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from .contract import QueryStatus

QUIET_S = 2.0
EVERY_S = 0.5


def watched_stream() -> TextIO | None:
    """Return stderr where a person sees it: a terminal, or a notebook's cell. None in pipes and files."""
    stream = sys.stderr
    if stream is None:
        return None
    in_notebook = type(stream).__module__ == "ipykernel.iostream"
    return stream if in_notebook or stream.isatty() else None


@contextmanager
def progress(stream: TextIO | None, quiet_s: float = QUIET_S) -> Iterator[Callable[[QueryStatus], None]]:
    """Give what takes each status, and keep a line on `stream` up to date once `quiet_s` have passed."""
    if stream is None:
        yield lambda status: None
        return
    line = _Line(stream, quiet_s)
    writer = threading.Thread(target=line.keep, name="replica-progress", daemon=True)
    writer.start()
    try:
        yield line.tell
    finally:
        line.ended.set()
        writer.join()


def describe(status: QueryStatus | None, elapsed_s: float) -> str:
    """Return rows, size and rate, such as ``1,200,000 rows · 96.0 MB · 3.1 s · 31.0 MB/s``."""
    if status is not None and status.queue_position is not None:
        return f"waiting for a connection, place {status.queue_position} · {elapsed_s:.1f} s"
    if status is None or status.rows == 0:
        return f"running in the server · {elapsed_s:.1f} s"
    megabytes = status.size_bytes / 1e6
    rate = megabytes / max(elapsed_s, 0.001)
    return f"{status.rows:,} rows · {megabytes:,.1f} MB · {elapsed_s:.1f} s · {rate:,.1f} MB/s"


class _Line:
    def __init__(self, stream: TextIO, quiet_s: float) -> None:
        self.ended = threading.Event()
        self._stream = stream
        self._quiet_s = quiet_s
        self._started = time.monotonic()
        self._status: QueryStatus | None = None
        self._width = 0

    def tell(self, status: QueryStatus) -> None:
        self._status = status

    def keep(self) -> None:
        if self.ended.wait(self._quiet_s):
            return
        while not self.ended.wait(EVERY_S):
            self._write("")
        self._write("\n")

    def _write(self, end: str) -> None:
        text = describe(self._status, time.monotonic() - self._started)
        self._stream.write(f"\r{text.ljust(self._width)}{end}")
        self._stream.flush()
        self._width = len(text)
