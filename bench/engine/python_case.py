"""Runs one case of the engine benchmark in Python; ../case-process.ts has the protocol.

    python_case.py CASE TABLE

`limit-psql` drains COPY by psql; `python-arrow` and `python-pandas` go through a gateway of their own.
CPU and memory of that gateway are counted on Linux only.
"""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db_connection import Database

Read = Callable[[], "int | None"]


def main() -> None:
    case, table = sys.argv[1:]
    # Told to end, the gateway and its files must go too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    read, stop = CASES[case](table)
    try:
        emit({"ready": True})
        for line in sys.stdin:
            if line.strip() == "run":
                emit(measured(read))
        emit(peaks())
    finally:
        stop()


def psql(table: str) -> tuple[Read, Callable[[], None]]:
    copy = f"COPY (SELECT * FROM {table}) TO STDOUT (FORMAT binary)"

    def read() -> None:
        subprocess.run(["psql", "--no-psqlrc", "--command", copy], stdout=subprocess.DEVNULL, check=True)

    return read, lambda: None


def arrow(table: str) -> tuple[Read, Callable[[], None]]:
    database, stop = own_gateway()
    return lambda: database.query_arrow(f"SELECT * FROM {table}").num_rows, stop


def pandas(table: str) -> tuple[Read, Callable[[], None]]:
    database, stop = own_gateway()
    return lambda: len(database.query(f"SELECT * FROM {table}")), stop


CASES = {"limit-psql": psql, "python-arrow": arrow, "python-pandas": pandas}


def own_gateway() -> tuple[Database, Callable[[], None]]:
    # Imported here, since psql's figures must not hold the weight of pandas.
    from db_connection import connect
    from jupyterlab_replica.gateway import Gateway

    gateway = Gateway(os.environ, log=lambda _line: None)
    gateway.start()
    if not gateway.wait_until_ready(20):
        raise SystemExit(f"The gateway did not start: {gateway.failure}")
    database = connect(socket_path=gateway.socket_path)
    database.connection()
    return database, gateway.stop


def measured(read: Read) -> dict[str, object]:
    cpu_before, before = cpu_seconds(), time.perf_counter()
    rows = read()
    seconds = time.perf_counter() - before
    return {"seconds": seconds, "cpuSeconds": cpu_seconds() - cpu_before, "rows": rows}


def cpu_seconds() -> float:
    """Of this process, its ended children and its running ones."""
    ticks = os.sysconf("SC_CLK_TCK")
    running = 0
    for pid in live_children():
        # Fields 14 and 15, utime and stime (man 5 proc); the second, in brackets, may hold blanks.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        running += int(fields[11]) + int(fields[12])
    return sum(os.times()[:4]) + running / ticks


def peaks() -> dict[str, object]:
    gateways = [peak_rss_mb(pid) for pid in live_children()]
    ended_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"peakRssMb": max(peak_rss_mb("self"), ended_mb), "gatewayPeakRssMb": max(gateways, default=None)}


def live_children() -> list[str]:
    return [pid for task in Path("/proc/self/task").glob("*/children") for pid in task.read_text().split()]


def peak_rss_mb(pid: str) -> float:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    peak = re.search(r"^VmHWM:\s+(\d+) kB$", status.read_text(), re.MULTILINE)
    return int(peak[1]) / 1024 if peak else 0.0


def emit(value: dict[str, object]) -> None:
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main()
