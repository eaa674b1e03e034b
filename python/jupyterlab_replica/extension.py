"""The Jupyter server extension: starts the gateway and forwards requests to it."""

from __future__ import annotations

import atexit
import importlib.util
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join

from .gateway import BUNDLE, SOCKET_VARIABLE, Gateway
from .proxy import GatewayProxyHandler

NAMESPACE = "jupyterlab-replica"
KERNEL_STARTUP = Path(__file__).parent / "kernel_startup.py"


def load(server: ServerApp, bundle: Path = BUNDLE) -> None:
    """Start the gateway without waiting for it and add its route.

    The socket path is put into the environment here, before any kernel starts, so that every kernel
    and terminal inherits it. The database password, where the environment has one, is taken out:
    the gateway alone gets it.
    """
    gateway = Gateway({**find_spark(), **os.environ}, log=server.log.info, bundle=bundle)
    os.environ[SOCKET_VARIABLE] = gateway.socket_path
    os.environ.pop("PGPASSWORD", None)
    teach_kernels(os.environ)
    gateway.start()
    atexit.register(gateway.stop)
    route = url_path_join(server.base_url, NAMESPACE, "(.*)")
    server.web_app.add_handlers(".*$", [(route, GatewayProxyHandler, {"gateway": gateway})])  # type: ignore[no-untyped-call]


def find_spark() -> dict[str, str]:
    """Tell the gateway of this Python where it has pyspark, so that exports may run on Spark here."""
    found = all(importlib.util.find_spec(name) for name in ("pyspark", "boto3"))
    return {"JUPYTERLAB_REPLICA_SPARK_PYTHON": sys.executable} if found else {}


def teach_kernels(environ: MutableMapping[str, str]) -> None:
    """Let every IPython kernel know %%sql, unless JUPYTERLAB_REPLICA_MAGICS is "off".

    PYTHONSTARTUP reaches the kernels of all environments, touches nobody's IPython profile, runs before the
    notebook's first cell, and means nothing to kernels of other languages.
    """
    if environ.get("JUPYTERLAB_REPLICA_MAGICS", "").lower() == "off":
        return
    before = environ.get("PYTHONSTARTUP", "")
    if before != str(KERNEL_STARTUP):
        environ["JUPYTERLAB_REPLICA_PYTHONSTARTUP"] = before
        environ["PYTHONSTARTUP"] = str(KERNEL_STARTUP)
