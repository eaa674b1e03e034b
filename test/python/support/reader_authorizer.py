"""Jupyter's authorizer of a server whose users may look at the replica and do nothing there."""

from __future__ import annotations

from jupyter_server.auth import Authorizer, User
from jupyter_server.base.handlers import JupyterHandler


class ReaderAuthorizer(Authorizer):
    def is_authorized(self, handler: JupyterHandler, user: User, action: str, resource: str) -> bool:
        return resource != "jupyterlab-replica" or action == "read"
