"""Whether a frame fits into the memory that the machine has free."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pandas
import pyarrow as pa

from .contract import ErrorBody
from .errors import ResultTooLarge

# No frame of so few Arrow bytes can fill a machine.
SMALL_BYTES = 1_000_000
SAMPLE_ROWS = 4_000
SAMPLES = 4


def refuse_too_large(
    table: pa.Table, convert: Callable[[pa.Table], pandas.DataFrame], free_bytes: int | None
) -> None:
    """Raise `ResultTooLarge` when the frame of `table` would take more than `free_bytes`.

    The bytes a row are measured on frames of some of the table's rows.
    """
    if free_bytes is None or table.nbytes < SMALL_BYTES:
        return
    row_bytes = bytes_a_row(table, convert)
    needed = row_bytes * table.num_rows
    if needed <= free_bytes:
        return
    raise ResultTooLarge(
        ErrorBody(
            "result-too-large",
            f"The frame would take about {_size(needed)} ({table.num_rows:,} rows of {row_bytes:,.0f} bytes)"
            f", and this machine has {_size(free_bytes)} of memory free.",
            action="Ask for less (LIMIT, fewer columns), read it in batches with db.stream, or export it to"
            ' S3. dtype_backend="pyarrow" leaves the rows on disk until they are touched;'
            " force=True tries all the same.",
        )
    )


def bytes_a_row(table: pa.Table, convert: Callable[[pa.Table], pandas.DataFrame]) -> float:
    """Return what a row takes in a frame, on average over samples from all parts of `table`."""
    step = table.num_rows // SAMPLES
    size = min(SAMPLE_ROWS, step)
    taken = rows = 0
    for sample in range(SAMPLES):
        part = table.slice(sample * step + (step - size) // 2, size)
        # A slice shares the buffers of the whole, which Arrow-backed columns would be counted with.
        taken += _frame_bytes(convert(part.take(pa.array(range(part.num_rows), pa.int64()))))
        rows += part.num_rows
    return taken / max(rows, 1)


def free_bytes(root: Path = Path("/")) -> int | None:
    """Return what can be taken without swapping, within the container's limit; None where Linux is not."""
    found: list[int] = []
    with suppress(OSError, ValueError, StopIteration):
        lines = (root / "proc" / "meminfo").read_text().splitlines()
        found.append(next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")) * 1024)
    with suppress(OSError, ValueError, StopIteration):
        lines = (root / "proc" / "self" / "cgroup").read_text().splitlines()
        own = next(line.removeprefix("0::/") for line in lines if line.startswith("0::/"))
        groups = root / "sys" / "fs" / "cgroup"
        for group in [groups / own, *(groups / own).parents]:
            if group == groups.parent:
                break
            found += _left_in(group)
    return min(found) if found else None


def _left_in(group: Path) -> list[int]:
    """https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files; none without a limit."""
    with suppress(OSError, ValueError):
        limit = int((group / "memory.max").read_text())
        used = int((group / "memory.current").read_text())
        stat = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        # The kernel gives up cached files, our own spool among them, before it ends a process.
        return [max(limit - used + int(stat.get("inactive_file", 0)), 0)]
    return []


def _frame_bytes(frame: pandas.DataFrame) -> int:
    """pandas counts a list in a column without what is in it."""
    taken = int(frame.memory_usage(index=False, deep=True).sum())
    for index in range(frame.shape[1]):
        values = frame.iloc[:, index]
        if values.dtype == object:
            taken += sum(sys.getsizeof(item) for value in values if isinstance(value, list) for item in value)
    return taken


def _size(size_bytes: float) -> str:
    return f"{size_bytes / 1e9:,.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:,.1f} MB"
