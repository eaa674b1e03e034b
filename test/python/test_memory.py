"""What a frame would take, and what the machine has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from db_connection import Database, ResultTooLarge
from db_connection.frames import to_frame
from db_connection.gateway_client import GatewayClient
from db_connection.memory import Room, bytes_a_row, free_bytes
from support.jupyter import SOURCES
from support.stack import Stack

SQL = "SELECT g, repeat('x', 100) AS text, ARRAY[g, g] AS both FROM generate_series(1, 50000) g"


def with_free(database: Database, free: int | None) -> Database:
    return Database(lambda: GatewayClient(database.socket_path), memory_free=lambda: free)


def test_a_frame_larger_than_what_is_free_is_refused_with_numbers_and_ways_out(database: Database) -> None:
    small = with_free(database, 3_000_000)
    with pytest.raises(ResultTooLarge) as caught:
        small.query(SQL)
    text = str(caught.value)
    assert "50,000 rows of " in text
    assert "has 3.0 MB of memory free" in text
    assert all(way in text for way in ("LIMIT", "db.stream", "S3", "force=True"))
    assert len(small.query(SQL, force=True)) == 50_000
    assert len(small.query(SQL, dtype_backend="pyarrow")) == 50_000
    assert len(small.query("SELECT 1")) == 1


@pytest.mark.parametrize("free", [None, 10**12])
def test_a_frame_that_fits_is_given(database: Database, free: int | None) -> None:
    assert len(with_free(database, free).query(SQL)) == 50_000


def test_the_forecast_is_near_what_the_frame_takes() -> None:
    rows = 100_000
    table = pa.table(
        {
            "whole": pa.array(range(rows)),
            "text": ["x" * (index // 1000) for index in range(rows)],
            "nullable": pa.array([None, 1] * (rows // 2), pa.int32()),
        }
    )
    frame = to_frame(table)
    taken = int(frame.memory_usage(index=False, deep=True).sum())
    assert sum(bytes_a_row(table, to_frame)) * rows == pytest.approx(taken, rel=0.1)


def test_what_is_in_lists_is_counted() -> None:
    short = pa.table({"x": pa.array([[1000]] * 1000, pa.list_(pa.int64()))})
    long = pa.table({"x": pa.array([[1000] * 100] * 1000, pa.list_(pa.int64()))})
    assert sum(bytes_a_row(long, to_frame)) - sum(bytes_a_row(short, to_frame)) > 99 * (8 + 28) * 0.9


def test_the_machine_tells_what_it_has(tmp_path: Path) -> None:
    free = free_bytes()
    assert free is None or free > 1_000_000
    assert free_bytes(tmp_path) is None
    (tmp_path / "proc" / "self").mkdir(parents=True)
    (tmp_path / "proc" / "meminfo").write_text("MemTotal: 8000 kB\nMemAvailable:    4000 kB\n")
    assert free_bytes(tmp_path) == 4_096_000


@pytest.mark.parametrize("limited", ["user.slice", "user.slice/kernel.scope"])
def test_a_container_has_what_its_limit_leaves(tmp_path: Path, limited: str) -> None:
    (tmp_path / "proc" / "self").mkdir(parents=True)
    (tmp_path / "proc" / "meminfo").write_text("MemAvailable: 4000 kB\n")
    (tmp_path / "proc" / "self" / "cgroup").write_text("0::/user.slice/kernel.scope\n")
    for name, limit in [("user.slice", "max"), ("user.slice/kernel.scope", "max"), (limited, "1000000")]:
        group = tmp_path / "sys" / "fs" / "cgroup" / name
        group.mkdir(parents=True, exist_ok=True)
        (group / "memory.max").write_text(f"{limit}\n")
        (group / "memory.current").write_text("700000\n")
        (group / "memory.stat").write_text("anon 500000\ninactive_file 200000\n")
    assert free_bytes(tmp_path) == 500_000


def test_it_is_refused_while_the_statement_still_runs(database: Database, stack: Stack) -> None:
    small = with_free(database, 10_000_000)
    growing = (
        "SELECT g, repeat('x', 1000) AS text FROM generate_series(1, 10000000) g"
        " WHERE g < 60000 OR pg_sleep(100) IS NOT NULL"
    )
    with pytest.raises(ResultTooLarge, match=r"\(about [\d,]+ rows of 1,0\d\d bytes\)"):
        small.query(f"{growing} -- foreseen")
    assert stack.running("foreseen") == 0


def test_others_that_take_the_memory_meanwhile_stop_it_cleanly() -> None:
    table = pa.table({"a": pa.array(range(500_000)), "b": pa.array(range(500_000))})
    free = iter([10**9, 10**9, 1000])
    room = Room(table, to_frame, lambda: next(free))
    with pytest.raises(
        ResultTooLarge, match=r"ran short at column 2 of 2: .* about 4\.0 MB, .* 0\.0 MB free"
    ):
        to_frame(table, before=room.check)


#: Peak of a frame's making over what it takes in the end; the file that is mapped meanwhile counts too.
PEAK = 1.3

MEASURE = """
import ctypes, gc, re, sys
from pathlib import Path
import pyarrow
from db_connection import connect
from db_connection.memory import _column_bytes

def status(name):
    return int(re.search(name + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024

db = connect(socket_path=sys.argv[1])
for sql in sys.argv[2:]:
    db.query(sql, limit=100_000)
    gc.collect()
    pyarrow.default_memory_pool().release_unused()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    before = status("VmRSS")
    frame = db.query(sql)
    peak = status("VmHWM") - before
    print(sum(_column_bytes(frame)), peak)
    del frame
"""

MANY = (
    "SELECT g::bigint AS id, (g / 100.0)::numeric(12,2) AS price, g::int AS whole, g::float8 AS real,"
    " NULLIF(g % 7, 0)::bigint AS some, '2024-01-01'::date + g % 1000 AS day,"
    " '2024-01-01'::timestamptz + g * interval '1 second' AS at FROM generate_series(1, 1500000) g"
)
SHAPES = {
    "many columns": MANY,
    "one column": "SELECT g::bigint AS id FROM generate_series(1, 5000000) g",
    "one numeric without scale": "SELECT (g % 1000)::numeric AS x FROM generate_series(1, 4000000) g",
    "two columns": "SELECT g::int AS id, NULLIF(g % 7, 0)::bigint AS x FROM generate_series(1, 3000000) g",
    "short texts": "SELECT 'paid'::text AS x, g AS id FROM generate_series(1, 3000000) g",
    "bytes": "SELECT decode(md5(g::text), 'hex') AS x, g AS id FROM generate_series(1, 1000000) g",
    "long texts": "SELECT md5(g::text) AS x, repeat('y', g % 200) AS y FROM generate_series(1, 300000) g",
}


def test_a_default_frame_peaks_within_a_third_of_what_it_takes(database: Database) -> None:
    environ = {**os.environ, "PYTHONPATH": SOURCES}
    program = [sys.executable, "-c", MEASURE, database.socket_path, *SHAPES.values()]
    done = subprocess.run(program, env=environ, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    peaks = {
        name: [int(size) for size in line.split()]
        for name, line in zip(SHAPES, done.stdout.splitlines(), strict=True)
    }
    assert all(taken > 20_000_000 for taken, _ in peaks.values()), peaks
    above = {name: peak / taken for name, (taken, peak) in peaks.items() if peak / taken > PEAK}
    assert not above, f"{above} of what they take: {peaks}"
