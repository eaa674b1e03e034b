"""A real IPython kernel, and what its cells show."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

from support.jupyter import SOURCES


@dataclass
class Shown:
    """What one cell showed: its streams, the bundles of its displays and results, and its error."""

    printed: str = ""
    bundles: list[dict[str, Any]] = field(default_factory=list)
    #: Whether each bundle was a result, which Out keeps.
    results: list[bool] = field(default_factory=list)
    error: str | None = None
    traceback: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Kernel:
    manager: KernelManager
    client: BlockingKernelClient

    def run(self, source: str, timeout_s: float = 60) -> Shown:
        shown = Shown()

        def collect(message: Mapping[str, Any]) -> None:
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                shown.printed += content["text"]
            elif kind in ("display_data", "execute_result"):
                shown.bundles.append(content["data"])
                shown.results.append(kind == "execute_result")
            elif kind == "error":
                shown.error = content["ename"]
                shown.traceback = content["traceback"]

        reply = self.client.execute_interactive(
            source, timeout=timeout_s, output_hook=collect, stop_on_error=False
        )
        if reply["content"]["status"] == "error":
            shown.error = reply["content"]["ename"]
        return shown

    def value(self, expression: str) -> str:
        """The text of an expression's value."""
        shown = self.run(f"print(({expression}), end='')")
        assert shown.error is None, shown.traceback
        return shown.printed


@contextmanager
def kernel(environ: Mapping[str, str]) -> Iterator[Kernel]:
    """Run a kernel with these variables until the block ends."""
    manager, client = start_new_kernel(env={**os.environ, "PYTHONPATH": SOURCES, **environ})
    try:
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
