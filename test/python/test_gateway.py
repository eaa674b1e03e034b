"""The supervisor of the gateway process."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jupyterlab_replica.gateway import SPOOL_VARIABLE, Gateway
from support.far_end_extension import FAR_END
from support.jupyter import SOURCES


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


def test_a_runtime_directory_with_a_long_name_is_not_used(
    tmp_path: Path, start: Callable[..., Gateway]
) -> None:
    long = tmp_path / ("x" * 100)
    long.mkdir()
    gateway = start(XDG_RUNTIME_DIR=str(long))
    assert gateway.wait_until_ready(10)
    assert len(os.fsencode(gateway.socket_path)) < 108


def test_the_runtime_directory_holds_the_socket_but_not_the_results(
    tmp_path: Path, start: Callable[..., Gateway]
) -> None:
    gateway = start(
        program(tmp_path, f"console.error(process.env.{SPOOL_VARIABLE}); process.exit(1)"),
        XDG_RUNTIME_DIR=str(tmp_path),
    )
    assert not gateway.wait_until_ready(10)
    assert gateway.socket_path.startswith(f"{tmp_path}/")
    assert gateway.failure is not None
    assert str(tmp_path) not in gateway.failure


def test_a_killed_gateway_comes_back_at_the_same_socket(start: Callable[..., Gateway]) -> None:
    gateway = start()
    assert gateway.wait_until_ready(10)
    first = gateway.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while gateway.pid in (first, None) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert gateway.wait_until_ready(10)
    assert gateway.pid != first
    assert Path(gateway.socket_path).is_socket()


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


def test_the_gateway_ends_with_the_process_that_started_it() -> None:
    source = (
        "import os, time\n"
        "from pathlib import Path\n"
        "from jupyterlab_replica.gateway import Gateway\n"
        f"gateway = Gateway(os.environ, log=print, bundle=Path({str(FAR_END)!r}))\n"
        "gateway.start()\n"
        "assert gateway.wait_until_ready(10)\n"
        "print(gateway.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", source],
        env={**os.environ, "PYTHONPATH": SOURCES},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    owner.kill()
    owner.wait()
    owner.stdout.close()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}/cwd").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{pid}/cwd").exists()


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
