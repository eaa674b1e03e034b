"""Waiting for what another process does."""

from __future__ import annotations

import time
from collections.abc import Callable


def eventually(true: Callable[[], object], timeout_s: float = 10) -> bool:
    """Whether `true` gives something true within the time."""
    deadline = time.monotonic() + timeout_s
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
