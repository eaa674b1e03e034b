"""The server extension with `far-end.mjs` in the gateway's place."""

from __future__ import annotations

from pathlib import Path

from jupyter_server.serverapp import ServerApp
from jupyterlab_replica.extension import load

FAR_END = Path(__file__).parent / "far-end.mjs"


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "support.far_end_extension"}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    load(server, bundle=FAR_END)
