"""Keeps the gateway running as a child process, always at the same socket path.

No Jupyter in here: the server extension and ``db_connection`` both use it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from .node import NodeMissing, find_node

SOCKET_VARIABLE = "JUPYTERLAB_REPLICA_SOCKET"
SPOOL_VARIABLE = "JUPYTERLAB_REPLICA_SPOOL_DIR"
BUNDLE = Path(__file__).parent / "gateway_bundle" / "main.js"

FIRST_DELAY_S = 0.1
LONGEST_DELAY_S = 30.0
STEADY_S = 10.0
# The gateway gives itself 8 s to end its statements and uploads.
STOP_PATIENCE_S = 10.0
# sockaddr_un.sun_path holds 108 bytes with its closing zero (man 7 unix).
LONGEST_SOCKET_PATH = 107

# Runs in the child before Node does: prctl(PR_SET_PDEATHSIG, SIGTERM), which execv keeps.
_END_WITH_PARENT = (
    "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 15); os.execv(sys.argv[1], sys.argv[1:])"
)


# The socket's chunks are garbage at once, and V8 counts the objects and not what hangs on them: a small young
# generation is collected before they have become many.
NODE_FLAGS = ("--max-semi-space-size=1",)

# For glibc: one heap for all threads, and blocks from a megabyte on given back to the system once they are
# freed. By default each thread has a heap, which keeps what row groups and batches took.
MALLOC_VARIABLES = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": str(2**20)}


class Gateway:
    """One gateway child process, started again with growing pauses whenever it ends.

    Args:
        environ: what the child sees; the socket path is added to it, and malloc settings that it leaves open.
        log: receives each line the gateway writes to its log.
        bundle: the JavaScript file to run.
    """

    def __init__(
        self, environ: Mapping[str, str], *, log: Callable[[str], None], bundle: Path = BUNDLE
    ) -> None:
        self._directory = _socket_directory()
        self._spool = None if SPOOL_VARIABLE in environ else _private_directory(tempfile.gettempdir())
        self.socket_path = str(self._directory / "gateway.sock")
        self._environ = {**MALLOC_VARIABLES, **environ, SOCKET_VARIABLE: self.socket_path}
        if self._spool:
            self._environ[SPOOL_VARIABLE] = str(self._spool)
        self._log = log
        self._bundle = bundle
        self._owner_pid = os.getpid()
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self._child: subprocess.Popen[str] | None = None
        self._failed_starts = 0
        self._last_line = ""
        self._failure: str | None = None
        self._thread = threading.Thread(target=self._keep_running, name="replica-gateway", daemon=True)

    def start(self) -> None:
        """Start the child and return at once."""
        self._thread.start()

    def wait_until_ready(self, timeout_s: float) -> bool:
        """Wait until the gateway accepts requests, it cannot start, or the time is over."""
        deadline = time.monotonic() + timeout_s
        while not self._ready.wait(0.05):
            if self.cannot_start or time.monotonic() > deadline:
                return False
        return True

    @property
    def pid(self) -> int | None:
        """Process id of the running child."""
        child = self._child
        return child.pid if child and child.poll() is None else None

    @property
    def cannot_start(self) -> bool:
        """Whether two starts in a row failed, so that waiting for the next one is no use."""
        return self._failed_starts >= 2

    @property
    def failure(self) -> str | None:
        """Why the gateway last ended, in one sentence; None while it is ready."""
        return self._failure

    def stop(self) -> None:
        """End the child and remove its directories. Does nothing in a forked process."""
        if os.getpid() != self._owner_pid or self._stopping.is_set():
            return
        self._stopping.set()
        child = self._child
        if child:
            _end(child)
        if self._thread.is_alive():
            self._thread.join(STOP_PATIENCE_S)
        for directory in (self._directory, self._spool):
            if directory:
                shutil.rmtree(directory, ignore_errors=True)

    def _keep_running(self) -> None:
        delay_s = FIRST_DELAY_S
        while not self._stopping.is_set():
            started = time.monotonic()
            was_ready = self._run_once()
            self._failed_starts = 0 if was_ready else self._failed_starts + 1
            lived_s = time.monotonic() - started
            delay_s = FIRST_DELAY_S if lived_s > STEADY_S else min(delay_s * 2, LONGEST_DELAY_S)
            self._stopping.wait(delay_s)

    def _run_once(self) -> bool:
        """Run the child until it ends; tell whether it ever was ready."""
        self._last_line = ""
        try:
            self._clear_remains()
            child = self._child = self._spawn()
        except NodeMissing as error:
            self._fail(str(error))
            return False
        except OSError as error:
            self._fail(f"The gateway cannot start: {error}")
            return False
        if self._stopping.is_set():
            _end(child)
        log_reader = threading.Thread(target=self._forward_log, args=(child,), daemon=True)
        log_reader.start()
        was_ready = False
        assert child.stdout is not None
        for line in child.stdout:
            if line.strip() == "ready":
                was_ready = True
                self._failure = None
                self._failed_starts = 0
                self._ready.set()
        self._ready.clear()
        code = child.wait()
        log_reader.join(1)
        _close_pipes(child)
        if not self._stopping.is_set():
            self._fail(_epitaph(code, "" if was_ready else self._last_line))
        return was_ready

    def _spawn(self) -> subprocess.Popen[str]:
        if not self._bundle.is_file():
            raise NodeMissing(f"The gateway's program {self._bundle} is missing. Install the wheel again.")
        command = [find_node(self._environ), *NODE_FLAGS, str(self._bundle)]
        if sys.platform == "linux" and sys.executable:
            command = [sys.executable, "-I", "-S", "-c", _END_WITH_PARENT, *command]
        return subprocess.Popen(
            command,
            env=self._environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            umask=0o077,
            # Kernel interrupts and Ctrl-C go to the whole process group; the gateway must survive them.
            start_new_session=True,
        )

    def _forward_log(self, child: subprocess.Popen[str]) -> None:
        assert child.stderr is not None
        for line in child.stderr:
            self._last_line = line.strip() or self._last_line
            self._log(line.rstrip("\n"))

    def _clear_remains(self) -> None:
        """A killed gateway leaves its socket and its results behind, one that ended not even a directory."""
        _make_private(self._directory)
        Path(self.socket_path).unlink(missing_ok=True)
        if self._spool:
            shutil.rmtree(self._spool, ignore_errors=True)
            _make_private(self._spool)

    def _fail(self, sentence: str) -> None:
        if sentence != self._failure:
            self._log(sentence)
        self._failure = sentence


def _socket_directory() -> Path:
    """Not in XDG_RUNTIME_DIR: that goes with the user's last login, which a Jupyter in tmux outlives."""
    parent = tempfile.gettempdir()
    room = LONGEST_SOCKET_PATH - len("/jupyterlab-replica-12345678/gateway.sock")
    return _private_directory(parent if len(os.fsencode(parent)) <= room else "/tmp")


def _private_directory(parent: str) -> Path:
    return Path(tempfile.mkdtemp(prefix="jupyterlab-replica-", dir=parent))


def _make_private(directory: Path) -> None:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    # While ours was gone, anybody could make one of its name in the temporary directory.
    if directory.lstat().st_uid != os.getuid():
        raise PermissionError(f"The directory {directory} belongs to another user.")


def _epitaph(code: int, last_line: str) -> str:
    reason = last_line.partition("cannot start: ")[2]
    if reason:
        return f"The gateway cannot start: {reason}"
    manner = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
    return f"The gateway {manner}{f': {last_line}' if last_line else '.'}"


def _end(child: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        child.terminate()
    try:
        child.wait(STOP_PATIENCE_S)
    except subprocess.TimeoutExpired:
        child.kill()


def _close_pipes(child: subprocess.Popen[str]) -> None:
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe:
            with suppress(OSError):
                pipe.close()
