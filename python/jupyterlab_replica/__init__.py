"""A workbench for a PostgreSQL read replica inside JupyterLab: the Python side."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

__version__ = "0.1.0"


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyterlab-replica"}]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "jupyterlab_replica"}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    from .extension import load

    load(server)
