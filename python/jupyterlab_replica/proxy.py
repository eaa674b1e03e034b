"""The authenticated pipe between the browser and the gateway's Unix socket."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler
from tornado import httputil, web
from tornado.http1connection import HTTP1Connection, HTTP1ConnectionParameters
from tornado.iostream import IOStream, StreamClosedError

from .error_body import RETRY, error_reply
from .gateway import Gateway

CONNECT_PATIENCE_S = 5.0
# A gateway that is being killed can still accept a connection and close it at once. What it was asked died
# with it, so that asking the next one does nothing twice.
ATTEMPTS = 2
DYING_S = 0.5

# What is forwarded; above all not Cookie, Authorization and X-XSRFToken.
REQUEST_HEADERS = ("Accept", "Content-Type")
RELOAD = (
    "Reload the page and log in again; if it stays so, ask the server's administrator for the permission."
)
# Jupyter's own query parameters, the first of which is a secret.
JUPYTER_PARAMETERS = {"token", "_xsrf", "no_track_activity"}
# Content-Length is not hop-by-hop, but this side frames the body itself.
DROPPED_REPLY_HEADERS = {
    "connection",
    "content-length",
    "date",
    "keep-alive",
    "proxy-authenticate",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
PARAMETERS = HTTP1ConnectionParameters(no_keep_alive=True, chunk_size=2**18, max_body_size=2**50)


class GatewayProxyHandler(JupyterHandler):
    """Forwards one request and streams the reply at the browser's pace.

    A subclass of JupyterHandler and not of APIHandler: its polls must not count as activity.
    """

    #: What a Jupyter authorizer is asked about: to "read" for GET, to "write" for POST and DELETE.
    auth_resource = "jupyterlab-replica"
    _upstream: IOStream | None = None

    def initialize(self, gateway: Gateway) -> None:
        self.gateway = gateway

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        await self._forward(path)

    @web.authenticated
    @authorized
    async def post(self, path: str) -> None:
        await self._forward(path)

    @web.authenticated
    @authorized
    async def delete(self, path: str) -> None:
        await self._forward(path)

    def on_connection_close(self) -> None:
        """The browser went away: so do we, and the gateway notices."""
        if self._upstream:
            self._upstream.close()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        refused = status_code < 500
        message = f"The Jupyter server answered {status_code} {self._reason}."
        action = RELOAD if refused else RETRY
        self.finish(error_reply("bad-request" if refused else "internal", message, action))

    async def _forward(self, path: str) -> None:
        reply = _Reply(self)
        for _ in range(ATTEMPTS):
            self._upstream = await self._connect()
            if self._upstream is None:
                self._refuse(503, self.gateway.failure or "The gateway does not answer.")
                return
            connected = time.monotonic()
            try:
                with suppress(StreamClosedError):
                    await self._exchange(self._upstream, path, reply)
            finally:
                self._upstream.close()
            if reply.begun or time.monotonic() - connected > DYING_S:
                break
        if reply.complete:
            self.finish()
        elif not reply.begun:
            self._refuse(502, "The gateway ended before it had answered.")
        elif self.request.connection:
            # A reply cut short must not look like a whole one.
            self.detach().close()

    async def _exchange(self, upstream: IOStream, path: str, reply: _Reply) -> None:
        connection = HTTP1Connection(upstream, True, PARAMETERS)
        body = self.request.body
        headers = httputil.HTTPHeaders({"Host": "gateway", "Content-Length": str(len(body))})
        for name in REQUEST_HEADERS:
            if name in self.request.headers:
                headers[name] = self.request.headers[name]
        start = httputil.RequestStartLine(self.request.method or "GET", self._target(path), "HTTP/1.1")
        await connection.write_headers(start, headers, body)
        connection.finish()
        await connection.read_response(reply)

    def _target(self, path: str) -> str:
        pairs = parse_qsl(self.request.query, keep_blank_values=True)
        query = urlencode([pair for pair in pairs if pair[0] not in JUPYTER_PARAMETERS])
        return f"/{path}?{query}" if query else f"/{path}"

    async def _connect(self) -> IOStream | None:
        """Connect to the gateway; wait a while when it is just being started."""
        deadline = time.monotonic() + CONNECT_PATIENCE_S
        while True:
            stream = IOStream(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            try:
                return await stream.connect(self.gateway.socket_path)
            except (OSError, StreamClosedError):
                stream.close()
            if self.gateway.cannot_start or time.monotonic() > deadline:
                return None
            await asyncio.sleep(0.05)

    def _refuse(self, status: int, message: str) -> None:
        self.set_status(status)
        self.finish(error_reply("gateway-unavailable", message, RETRY))


class _Reply(httputil.HTTPMessageDelegate):
    """Hands the gateway's reply on, piece by piece; each piece waits until the browser took it."""

    def __init__(self, handler: GatewayProxyHandler) -> None:
        self._handler = handler
        self.begun = False
        self.complete = False

    def headers_received(
        self,
        start_line: httputil.RequestStartLine | httputil.ResponseStartLine,
        headers: httputil.HTTPHeaders,
    ) -> Awaitable[None] | None:
        assert isinstance(start_line, httputil.ResponseStartLine)
        self._handler.set_status(start_line.code, start_line.reason)
        for name, value in headers.get_all():
            if name.lower() not in DROPPED_REPLY_HEADERS:
                self._handler.set_header(name, value)
        self.begun = True
        bodiless = start_line.code == 204 or headers.get("Content-Length") == "0"
        return None if bodiless else self._flush()

    def data_received(self, chunk: bytes) -> Awaitable[None]:
        self._handler.write(chunk)
        return self._flush()

    def finish(self) -> None:
        self.complete = True

    async def _flush(self) -> None:
        try:
            await self._handler.flush()
        except StreamClosedError:
            self._handler.on_connection_close()
