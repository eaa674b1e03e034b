"""Whether a frame fits into the memory that the machine has free."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

import pandas
import pyarrow as pa

from .contract import ErrorBody, QueryStatus
from .errors import ResultTooLarge
from .rows import first_rows

# No frame of so few Arrow bytes can fill a machine.
SMALL_BYTES = 1_000_000
SAMPLE_ROWS = 4_000
SAMPLES = 4
#: The planner is asked about results that have grown to this size and still grow.
FORECAST_FROM_BYTES = 32_000_000
WAYS_OUT = (
    "Ask for less (LIMIT, fewer columns), read it in batches with db.stream, or export it to"
    ' S3. dtype_backend="pyarrow" leaves the rows on disk until they are touched;'
    " force=True tries all the same."
)

Convert: TypeAlias = "Callable[[pa.Table], pandas.DataFrame]"


class Room:
    """Watches that a frame of `table` fits into memory, before and while its columns are made.

    The bytes a row are measured on frames of some of the table's rows.

    Args:
        convert: makes a frame of some rows.
        free_bytes: returns what is free at this moment, None where nobody knows.

    Raises:
        ResultTooLarge: the frame would take more than is free.
    """

    def __init__(self, table: pa.Table, convert: Convert, free_bytes: Callable[[], int | None]) -> None:
        self._free_bytes = free_bytes
        self._rows = table.num_rows
        small = table.nbytes < SMALL_BYTES
        self._row_bytes: list[float] = [] if small else bytes_a_row(table, convert)
        free = free_bytes()
        row_bytes = sum(self._row_bytes)
        if free is not None and row_bytes * self._rows > free:
            raise _too_large(f"{self._rows:,}", row_bytes, row_bytes * self._rows, free)

    def check(self, column: int) -> None:
        """Tell that `column` is made next; others may have taken memory since."""
        free = self._free_bytes()
        if not self._row_bytes or free is None:
            return
        needed = self._row_bytes[column] * self._rows
        if needed > free:
            raise ResultTooLarge(
                ErrorBody(
                    "result-too-large",
                    f"Memory ran short at column {column + 1} of {len(self._row_bytes)}: it takes about"
                    f" {_size(needed)}, and this machine has {_size(free)} free by now.",
                    action=WAYS_OUT,
                )
            )


class Forecast:
    """Foresees while a statement runs that its frame will not fit, as soon as some of its rows have arrived.

    Args:
        planned_rows: asks the planner how many rows there will be; None where it cannot tell.
    """

    def __init__(
        self,
        convert: Convert,
        free_bytes: Callable[[], int | None],
        planned_rows: Callable[[], float | None],
    ) -> None:
        self._convert = convert
        self._free_bytes = free_bytes
        self._planned_rows = planned_rows
        self._asked = False

    def __call__(self, status: QueryStatus) -> None:
        """Raise `ResultTooLarge` when the planned rows times the measured bytes are more than is free."""
        if self._asked or status.final or status.size_bytes < FORECAST_FROM_BYTES:
            return
        self._asked = True
        free = self._free_bytes()
        sample = first_rows(status.spool_path)
        planned = None if free is None or sample is None else self._planned_rows()
        if free is None or sample is None or planned is None:
            return
        row_bytes = sum(bytes_a_row(sample, self._convert))
        rows = max(planned, status.rows)
        if row_bytes * rows > free:
            raise _too_large(f"about {rows:,.0f}", row_bytes, row_bytes * rows, free)


def bytes_a_row(table: pa.Table, convert: Convert) -> list[float]:
    """Return what a row takes in each column of a frame, on average over samples of all of `table`."""
    step = table.num_rows // SAMPLES
    size = min(SAMPLE_ROWS, step)
    taken = [0] * table.num_columns
    rows = 0
    for sample in range(SAMPLES):
        part = table.slice(sample * step + (step - size) // 2, size)
        # A slice shares the buffers of the whole, which Arrow-backed columns would be counted with.
        frame = convert(part.take(pa.array(range(part.num_rows), pa.int64())))
        taken = [before + more for before, more in zip(taken, _column_bytes(frame), strict=True)]
        rows += part.num_rows
    return [column / max(rows, 1) for column in taken]


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


def _column_bytes(frame: pandas.DataFrame) -> list[int]:
    return [_bytes_of(frame.iloc[:, index]) for index in range(frame.shape[1])]


def _bytes_of(values: pandas.Series[Any]) -> int:
    """What pandas counts, and for Python's values what is in lists and what the allocator gives them."""
    if values.dtype != object:
        return int(values.memory_usage(index=False, deep=True))
    lists = (value for value in values if isinstance(value, list))
    inside = sum(_allocated(item) for value in lists for item in value)
    return int(values.memory_usage(index=False)) + sum(_allocated(value) for value in values) + inside


def _allocated(value: object) -> int:
    """Python hands memory out in steps of 16 bytes."""
    return -(-sys.getsizeof(value) // 16) * 16


def _too_large(rows: str, row_bytes: float, needed: float, free: int) -> ResultTooLarge:
    return ResultTooLarge(
        ErrorBody(
            "result-too-large",
            f"The frame would take about {_size(needed)} ({rows} rows of {row_bytes:,.0f} bytes)"
            f", and this machine has {_size(free)} of memory free.",
            action=WAYS_OUT,
        )
    )


def _size(size_bytes: float) -> str:
    return f"{size_bytes / 1e9:,.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:,.1f} MB"
