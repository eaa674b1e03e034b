"""From rows to a frame, within the memory that there is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import pandas
import pyarrow as pa

from .contract import QueryStatus
from .frames import Backend, Numeric, to_frame
from .gateway_client import GatewayClient
from .memory import Forecast, Room
from .pages import forgetting
from .provenance import provenance
from .rows import Rows
from .statement import Statement


class Flavour(NamedTuple):
    """What a frame is to be made of, and whether it may take more memory than there is."""

    dtype_backend: Backend
    numeric: Numeric
    force: bool

    @property
    def is_limited(self) -> bool:
        """An Arrow frame maps the gateway's file and takes next to nothing by itself."""
        return self.dtype_backend is None and not self.force

    def frame(self, table: pa.Table) -> pandas.DataFrame:
        return to_frame(table, self.dtype_backend, self.numeric)


class Framing:
    """Makes frames, and refuses those that the machine cannot hold.

    Args:
        memory_free: returns the bytes that a frame may take, or None where nobody knows.

    Raises:
        ResultTooLarge: the frame would take more.
    """

    def __init__(self, memory_free: Callable[[], int | None]) -> None:
        self.memory_free = memory_free

    def forecast(
        self, statement: Statement, flavour: Flavour, row_limit: int | None
    ) -> Callable[[GatewayClient, QueryStatus], None]:
        """Return what is told how a query is going, and raises once its frame will not fit."""
        forecasts: dict[GatewayClient, Forecast] = {}

        def watch(client: GatewayClient, status: QueryStatus) -> None:
            if flavour.is_limited and row_limit is None:
                plan = partial(client.planned_rows, statement.sql, statement.params)
                forecast = forecasts.setdefault(client, Forecast(flavour.frame, self.memory_free, plan))
                forecast(status)

        return watch

    def frame(
        self, rows: Rows, status: QueryStatus, statement: Statement | None, flavour: Flavour
    ) -> pandas.DataFrame:
        """Columns one by one, and what has been read of the file given back before each."""
        table, forget = rows
        room = Room(table, flavour.frame, self.memory_free) if flavour.is_limited else None
        forget()

        def before(column: int) -> None:
            forget()
            if room is not None:
                room.check(column)

        with forgetting(forget):
            frame = to_frame(table, flavour.dtype_backend, flavour.numeric, before)
        frame.attrs.update(provenance(table, status, statement, flavour.dtype_backend, flavour.numeric))
        return frame
