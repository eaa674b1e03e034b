"""The gateway of a program that no Jupyter server started: a script, papermill, cron."""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections.abc import Mapping

from jupyterlab_replica.gateway import SOCKET_VARIABLE, Gateway

from .errors import gateway_unavailable
from .gateway_client import GatewayClient

START_PATIENCE_S = 20.0

_lock = threading.Lock()
_shared: Gateway | None = None


def _unlock_in_child() -> None:
    """Another thread of the parent may have held the lock, which nobody in a forked process gives back."""
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_unlock_in_child)


def find_gateway() -> GatewayClient:
    """Return the gateway that the environment names, else one that this process starts once.

    A forked process uses its parent's.

    Raises:
        GatewayUnavailable: it cannot be started.
    """
    global _shared
    socket_path = os.environ.get(SOCKET_VARIABLE)
    if socket_path:
        return GatewayClient(socket_path)
    with _lock:
        if _shared is None:
            _shared = start_gateway(os.environ)
    return client_of(_shared)


def start_gateway(environ: Mapping[str, str]) -> Gateway:
    """Start a gateway of our own, ended when this process ends.

    Raises:
        GatewayUnavailable: it cannot be started; says why.
    """
    gateway = Gateway(environ, log=logging.getLogger("db_connection").debug)
    gateway.start()
    atexit.register(gateway.stop)
    if not gateway.wait_until_ready(START_PATIENCE_S):
        reason = gateway.failure or f"The gateway did not start within {START_PATIENCE_S:.0f} s."
        gateway.stop()
        raise gateway_unavailable(reason, "Correct this and run the cell or program again.")
    return gateway


def client_of(gateway: Gateway) -> GatewayClient:
    """Return a client that names the reason when its gateway does not answer."""
    return GatewayClient(gateway.socket_path, lambda: gateway.failure)
