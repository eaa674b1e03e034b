"""What a column's conversion has read of a mapped file, given back while it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import pyarrow as pa

#: Touching one column's pages brings its neighbours' into memory too, as the kernel reads ahead.
EVERY_BYTES = 2_000_000

_forget: ContextVar[Callable[[], None]] = ContextVar("forget", default=lambda: None)


@contextmanager
def forgetting(forget: Callable[[], None]) -> Iterator[None]:
    """Call `forget` again and again while `chunks` are gone through inside the block."""
    token = _forget.set(forget)
    try:
        yield
    finally:
        _forget.reset(token)
        forget()


def chunks(column: pa.ChunkedArray) -> Iterator[tuple[slice, pa.Array]]:
    """Yield the chunks that have rows, and the rows of the column that each is."""
    forget = _forget.get()
    row = read = 0
    for chunk in column.chunks:
        if len(chunk):
            yield slice(row, row + len(chunk)), chunk
        row += len(chunk)
        read += chunk.nbytes
        if read > EVERY_BYTES:
            forget()
            read = 0
