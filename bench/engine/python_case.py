"""Runs one case of the engine benchmark in Python; ../case-process.ts has the protocol.

    python_case.py CASE TABLE

`limit-psql` drains COPY by psql; `python-…` go through a gateway of their own; the others are in peers.py.
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
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from db_connection import Database
    from db_connection.gateway_client import GatewayClient
    from jupyterlab_replica.gateway import Gateway

from peers import FILE_PEERS, PEERS, Written, streamed

Read = Callable[[], "int | None"]


class Measured(NamedTuple):
    """What a case has measured by itself."""

    seconds: float
    rows: int | None


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


def pandas_arrow(table: str) -> tuple[Read, Callable[[], None]]:
    import pandas

    database, stop = own_gateway()

    def read() -> int:
        rows = database.query_arrow(f"SELECT * FROM {table}")
        return len(rows.to_pandas(types_mapper=pandas.ArrowDtype))

    return read, stop


def pandas(table: str) -> tuple[Read, Callable[[], None]]:
    database, stop = own_gateway()
    return lambda: len(database.query(f"SELECT * FROM {table}")), stop


def frame(**flavour: Any) -> Callable[[str], tuple[Read, Callable[[], None]]]:
    """db.query as users write it, in one flavour; one connection, as all others have."""

    def case(table: str) -> tuple[Read, Callable[[], None]]:
        database, stop = own_gateway()
        return lambda: len(database.query(f"SELECT * FROM {table}", parallel=1, **flavour)), stop

    return case


def pyarrow_parquet(table: str) -> tuple[Callable[[], Written], Callable[[], None]]:
    """The same types as ours in pyarrow's own file, which sizes are compared with."""
    database, stop = own_gateway()
    return lambda: streamed(database.query_arrow(f"SELECT * FROM {table}").to_reader()), stop


def first_rows(table: str) -> tuple[Callable[[], Measured], Callable[[], None]]:
    """How old the first row is, by the server's clock on this machine, when a reader elsewhere has it."""
    gateway, stop = started_gateway()
    client = client_of(gateway)
    import pyarrow as pa

    def read() -> Measured:
        query = started(client, f"SELECT clock_timestamp() AS made_at, t.* FROM {table} t")
        with client.open_arrow(query) as stream:
            made_at = pa.ipc.open_stream(stream).read_next_batch()["made_at"][0]
            age_s = time.time() - made_at.value / 1e6
        client.release_query(query)
        return Measured(age_s, None)

    return read, stop


def slow_reader(table: str) -> tuple[Read, Callable[[], None]]:
    """A reader that takes 200 KB every 20 ms for a while, then the rest: the gateway must not grow."""
    gateway, stop = started_gateway()
    client = client_of(gateway)

    def read() -> None:
        query = started(client, f"SELECT * FROM {table}")
        with client.open_arrow(query) as stream:
            for _ in range(100):
                stream.read(200_000)
                time.sleep(0.02)
            while stream.read(2**20):
                pass
        client.release_query(query)

    return read, stop


CASES: dict[str, Callable[[str], tuple[Callable[[], object], Callable[[], None]]]] = {
    "first-rows": first_rows,
    "slow-reader": slow_reader,
    "limit-psql": psql,
    "python-arrow": arrow,
    "python-pandas-arrow": pandas_arrow,
    "python-pandas": pandas,
    "pyarrow-parquet": pyarrow_parquet,
    "frame-default": frame(),
    "frame-pyarrow": frame(dtype_backend="pyarrow"),
    "frame-decimal": frame(numeric="decimal"),
    **PEERS,
    **FILE_PEERS,
}


def own_gateway() -> tuple[Database, Callable[[], None]]:
    # Imported here, since psql's figures must not hold the weight of pandas.
    from db_connection import connect

    gateway, stop = started_gateway()
    database = connect(socket_path=gateway.socket_path)
    database.connection()
    return database, stop


def started_gateway() -> tuple[Gateway, Callable[[], None]]:
    from jupyterlab_replica.gateway import Gateway

    gateway = Gateway(os.environ, log=lambda _line: None)
    gateway.start()
    if not gateway.wait_until_ready(20):
        raise SystemExit(f"The gateway did not start: {gateway.failure}")
    return gateway, gateway.stop


def client_of(gateway: Gateway) -> GatewayClient:
    from db_connection.gateway_client import GatewayClient

    client = GatewayClient(gateway.socket_path)
    client.connection()
    return client


def started(client: GatewayClient, sql: str) -> str:
    from db_connection.contract import query_request

    return client.start_query(query_request(sql, [], {"kind": "script", "label": "benchmark"})).query_id


def measured(read: Callable[[], object]) -> dict[str, object]:
    cpu_before, before = cpu_seconds(), time.perf_counter()
    rows = read()
    seconds = time.perf_counter() - before
    if isinstance(rows, Measured):
        seconds, rows = rows
    run = {"seconds": seconds, "cpuSeconds": cpu_seconds() - cpu_before}
    if isinstance(rows, Written):
        return {**run, "rows": rows.rows, "fileBytes": rows.file_bytes}
    return {**run, "rows": rows}


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
