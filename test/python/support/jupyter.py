"""A real Jupyter server in a process of its own, authentication and XSRF on."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
SOURCES = os.pathsep.join([str(ROOT / "python"), str(ROOT / "test" / "python")])
#: From 3.12 on Python warns of every fork of a process with threads.
FORKS = "ignore:This process:DeprecationWarning"
TOKEN = "a-token-for-tests"
PREFIX = "/lab-base/jupyterlab-replica"
# What the environment may have enabled; the tests want one extension and a quick start.
OTHER_EXTENSIONS = (
    "jupyter_lsp",
    "jupyter_server_terminals",
    "jupyterlab",
    "jupyterlab_replica",
    "notebook_shim",
)


@dataclass(frozen=True)
class Jupyter:
    port: int
    pid: int
    log: Path

    def open(
        self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, dict(headers or {}))
        return connection, connection.getresponse()

    def ask(
        self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Ask the extension, by token unless other headers are given."""
        chosen = {"Authorization": f"token {TOKEN}"} if headers is None else headers
        connection, reply = self.open(method, PREFIX + path, body, chosen)
        content = reply.read()
        connection.close()
        return reply.status, content

    def session_cookies(self) -> dict[str, str]:
        """Log in as a browser does and return the cookies."""
        lines: list[str] = []
        for path in ("/lab-base/login", f"/lab-base/login?token={TOKEN}"):
            connection, reply = self.open("GET", path)
            lines += [value for name, value in reply.getheaders() if name.lower() == "set-cookie"]
            connection.close()
        return dict(line.split(";")[0].split("=", 1) for line in lines)

    def peak_mb(self) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text()
        peak = re.search(r"VmHWM:\s+(\d+)", status)
        assert peak, status
        return int(peak[1]) // 1024

    def children(self, program: str) -> list[int]:
        """Process ids of the server's children that run `program`."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                parent = re.search(r"PPid:\s+(\d+)", (entry / "status").read_text())
                command = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if parent and int(parent[1]) == self.pid and program in command:
                found.append(int(entry.name))
        return found


@contextmanager
def jupyter_server(
    directory: Path, extension: str, environ: Mapping[str, str] | None = None, *options: str
) -> Iterator[Jupyter]:
    """Run a Jupyter server with one extension until the block ends."""
    directory.mkdir(parents=True, exist_ok=True)
    log = directory / "jupyter.log"
    private = {
        f"JUPYTER_{name}": str(directory / name.lower()) for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    }
    # Else a virtual environment's own settings come before these.
    private["JUPYTER_PREFER_ENV_PATH"] = "0"
    enabled = directory / "config_dir" / "jupyter_server_config.d" / "extension.json"
    enabled.parent.mkdir(parents=True, exist_ok=True)
    extensions = {**dict.fromkeys(OTHER_EXTENSIONS, False), extension: True}
    enabled.write_text(json.dumps({"ServerApp": {"jpserver_extensions": extensions}}))
    command = [
        sys.executable,
        "-m",
        "jupyter_server",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.port=0",
        "--ServerApp.open_browser=False",
        "--ServerApp.allow_root=True",
        "--ServerApp.base_url=/lab-base/",
        f"--ServerApp.root_dir={directory}",
        f"--IdentityProvider.token={TOKEN}",
        *options,
    ]
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            env={**os.environ, **private, "PYTHONPATH": SOURCES, **(environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield Jupyter(_port(process, log), process.pid, log)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:(\d+)/lab-base", log.read_text())
        if found and _accepts(int(found[1])):
            return int(found[1])
        time.sleep(0.05)
    raise RuntimeError(f"The Jupyter server did not start:\n{log.read_text()}")


def _accepts(port: int) -> bool:
    """The address is in the log a little before the server listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
