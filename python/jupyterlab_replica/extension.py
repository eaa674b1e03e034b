"""The Jupyter server extension: starts the gateway and forwards requests to it."""

from __future__ import annotations

import atexit
import os
from pathlib import Path

from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join

from .gateway import BUNDLE, SOCKET_VARIABLE, Gateway
from .proxy import GatewayProxyHandler

NAMESPACE = "jupyterlab-replica"


def load(server: ServerApp, bundle: Path = BUNDLE) -> None:
    """Start the gateway without waiting for it and add its route.

    The socket path is put into the environment here, before any kernel starts, so that every kernel
    and terminal inherits it. The database password, where the environment has one, is taken out:
    the gateway alone gets it.
    """
    gateway = Gateway(os.environ, log=server.log.info, bundle=bundle)
    os.environ[SOCKET_VARIABLE] = gateway.socket_path
    os.environ.pop("PGPASSWORD", None)
    gateway.start()
    atexit.register(gateway.stop)
    route = url_path_join(server.base_url, NAMESPACE, "(.*)")
    server.web_app.add_handlers(".*$", [(route, GatewayProxyHandler, {"gateway": gateway})])  # type: ignore[no-untyped-call]
