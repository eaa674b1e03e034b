"""The supervisor of the gateway process."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jupyterlab_replica.gateway import SOCKET_VARIABLE, SPOOL_VARIABLE, Gateway
from support.eventually import eventually
from support.far_end_extension import FAR_END
from support.jupyter import SOURCES
from support.stack import build_gateway

UNREAD = {"JUPYTERLAB_REPLICA_SECRET_ID": "a-secret-that-nobody-reads"}


@pytest.fixture
def start() -> Iterator[Callable[..., Gateway]]:
    started: list[Gateway] = []

    def start(bundle: Path = FAR_END, **environ: str) -> Gateway:
        gateway = Gateway({**os.environ, **environ}, log=lambda line: None, bundle=bundle)
        started.append(gateway)
        gateway.start()
        return gateway

    yield start
    for gateway in started:
        gateway.stop()


def program(tmp_path: Path, source: str) -> Path:
    bundle = tmp_path / "bundle.cjs"
    bundle.write_text(source)
    return bundle


def test_only_its_user_can_reach_the_socket(start: Callable[..., Gateway]) -> None:
    gateway = start()
    assert gateway.wait_until_ready(10)
    socket = Path(gateway.socket_path)
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(socket.stat().st_mode) & 0o077 == 0
    assert len(os.fsencode(gateway.socket_path)) < 108


def test_a_temporary_directory_with_a_long_name_does_not_hold_the_socket(
    tmp_path: Path, start: Callable[..., Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    gateway = start()
    assert gateway.wait_until_ready(10)
    assert len(os.fsencode(gateway.socket_path)) < 108


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_gateway_keeps_its_young_memory_small(start: Callable[..., Gateway]) -> None:
    gateway = start()
    assert gateway.wait_until_ready(10)
    arguments = Path(f"/proc/{gateway.pid}/cmdline").read_text().split("\0")
    assert "--max-semi-space-size=1" in arguments


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_gateway_gives_freed_memory_back_unless_told_otherwise(start: Callable[..., Gateway]) -> None:
    gateway = start(MALLOC_ARENA_MAX="2")
    assert gateway.wait_until_ready(10)
    environment = Path(f"/proc/{gateway.pid}/environ").read_text().split("\0")
    assert {"MALLOC_ARENA_MAX=2", f"MALLOC_MMAP_THRESHOLD_={2**20}"} <= set(environment)


def test_the_socket_outlives_the_users_logout(start: Callable[..., Gateway]) -> None:
    with tempfile.TemporaryDirectory() as runtime:
        gateway = start(XDG_RUNTIME_DIR=runtime)
        assert gateway.wait_until_ready(10)
    assert Path(gateway.socket_path).is_socket()


def test_a_killed_gateway_comes_back_at_the_same_socket(start: Callable[..., Gateway]) -> None:
    gateway = start()
    assert gateway.wait_until_ready(10)
    first = gateway.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: gateway.pid not in (first, None))
    assert gateway.wait_until_ready(10)
    assert Path(gateway.socket_path).is_socket()


def test_a_gateway_comes_back_once_its_directory_can_be_made(start: Callable[..., Gateway]) -> None:
    gateway = start()
    assert gateway.wait_until_ready(10)
    directory = Path(gateway.socket_path).parent
    shutil.rmtree(directory)
    directory.touch()
    assert gateway.pid is not None
    os.kill(gateway.pid, signal.SIGKILL)
    assert eventually(lambda: "File exists" in (gateway.failure or ""))
    directory.unlink()
    assert gateway.wait_until_ready(10)
    assert Path(gateway.socket_path).is_socket()
    assert gateway.failure is None


def test_a_directory_of_another_user_never_holds_the_socket(
    start: Callable[..., Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 2)
    gateway = start()
    assert not gateway.wait_until_ready(10)
    assert "belongs to another user" in (gateway.failure or "")


@pytest.fixture(scope="module")
def serving() -> Iterator[Callable[[], Gateway]]:
    """Starts the real gateway, which needs no database until somebody asks it for one."""
    build_gateway()
    environ = {**os.environ, **UNREAD}
    started: list[Gateway] = []

    def start() -> Gateway:
        gateway = Gateway(environ, log=lambda line: None)
        started.append(gateway)
        gateway.start()
        assert gateway.wait_until_ready(20)
        return gateway

    yield start
    for gateway in started:
        gateway.stop()


def places(pid: int | None) -> list[Path]:
    """The directories of a gateway's socket and results."""
    variables = dict(
        line.split("=", 1) for line in Path(f"/proc/{pid}/environ").read_text().split("\0") if "=" in line
    )
    return [Path(variables[SOCKET_VARIABLE]).parent, Path(variables[SPOOL_VARIABLE])]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_gateway_that_ended_finds_its_directories_again_and_stop_removes_them(
    serving: Callable[[], Gateway], how: signal.Signals
) -> None:
    gateway = serving()
    first = gateway.pid
    assert first is not None
    directories = places(first)
    os.kill(first, how)
    assert eventually(lambda: gateway.pid not in (first, None))
    assert gateway.wait_until_ready(20)
    assert [stat.S_IMODE(directory.stat().st_mode) for directory in directories] == [0o700, 0o700]
    assert Path(gateway.socket_path).is_socket()
    gateway.stop()
    assert not any(directory.exists() for directory in directories)


def test_stop_removes_what_a_killed_gateway_left(serving: Callable[[], Gateway]) -> None:
    gateway = serving()
    assert gateway.pid is not None
    directories = places(gateway.pid)
    os.kill(gateway.pid, signal.SIGKILL)
    gateway.stop()
    assert not any(directory.exists() for directory in directories)


def test_stop_ends_the_process_and_removes_the_directory(start: Callable[..., Gateway]) -> None:
    gateway = start()
    assert gateway.wait_until_ready(10)
    pid = gateway.pid
    gateway.stop()
    gateway.stop()
    assert not Path(f"/proc/{pid}").exists()
    assert not Path(gateway.socket_path).parent.exists()


def test_a_gateway_that_ignores_sigterm_is_killed(
    tmp_path: Path, start: Callable[..., Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyterlab_replica.gateway.STOP_PATIENCE_S", 1.0)
    source = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('ready')"
    gateway = start(program(tmp_path, source))
    assert gateway.wait_until_ready(10)
    pid = gateway.pid
    gateway.stop()
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize(
    ("last_line", "failure"),
    [
        ("out of memory", "The gateway ended with exit code 3: out of memory"),
        (
            "2026-11-22T12:04:31Z cannot start: The environment variable PGPORT must be a number.",
            "The gateway cannot start: The environment variable PGPORT must be a number.",
        ),
    ],
)
def test_a_gateway_that_cannot_start_tells_why(
    tmp_path: Path, start: Callable[..., Gateway], last_line: str, failure: str
) -> None:
    gateway = start(program(tmp_path, f"console.error({last_line!r}); process.exit(3)"))
    assert not gateway.wait_until_ready(10)
    assert gateway.cannot_start
    assert gateway.failure == failure


def test_restarts_slow_down(tmp_path: Path, start: Callable[..., Gateway]) -> None:
    journal = tmp_path / "starts"
    source = f"require('fs').appendFileSync({str(journal)!r}, 'x'); process.exit(1)"
    start(program(tmp_path, source))
    time.sleep(4)
    assert 2 <= len(journal.read_text()) <= 5


def test_an_interrupt_of_the_kernel_does_not_reach_the_gateway(start: Callable[..., Gateway]) -> None:
    gateway = start()
    assert gateway.wait_until_ready(10)
    assert gateway.pid is not None
    assert os.getpgid(gateway.pid) != os.getpgid(os.getpid())


def test_the_gateway_ends_with_the_process_that_started_it_and_leaves_nothing() -> None:
    build_gateway()
    source = (
        "import os, time\n"
        "from jupyterlab_replica.gateway import Gateway\n"
        "gateway = Gateway(os.environ, log=lambda line: None)\n"
        "gateway.start()\n"
        "assert gateway.wait_until_ready(20)\n"
        "print(gateway.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", source],
        env={**os.environ, **UNREAD, "PYTHONPATH": SOURCES},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    directories = places(pid)
    owner.kill()
    owner.wait()
    owner.stdout.close()
    assert eventually(lambda: not Path(f"/proc/{pid}/cwd").exists(), 5)
    assert not any(directory.exists() for directory in directories)


def test_a_forked_process_leaves_the_gateway_alone(start: Callable[..., Gateway]) -> None:
    gateway = start()
    assert gateway.wait_until_ready(10)
    child = os.fork()
    if child == 0:
        gateway.stop()
        os._exit(0)
    os.waitpid(child, 0)
    assert gateway.pid is not None
    assert Path(gateway.socket_path).is_socket()
