"""Queries of a program that does other things meanwhile."""

from __future__ import annotations

import asyncio

import pytest
from db_connection import Database
from db_connection.running import Cancellation
from support.eventually import eventually
from support.stack import SLOW, Stack


def test_queries_run_side_by_side(database: Database) -> None:
    async def both() -> list[int]:
        frames = await asyncio.gather(
            *(database.aquery("SELECT :n::int AS n, pg_sleep(0.2)", {"n": n}) for n in range(2))
        )
        return [int(frame["n"][0]) for frame in frames]

    assert asyncio.run(both()) == [0, 1]


def test_cancelling_the_task_cancels_the_statement_in_the_server(database: Database, stack: Stack) -> None:
    async def cancel() -> None:
        task = asyncio.create_task(database.aquery(f"{SLOW} -- task"))
        assert await asyncio.to_thread(eventually, lambda: stack.running("task") == 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert stack.running("task") == 0

    asyncio.run(cancel())
    assert database.scalar("SELECT 1") == 1


def test_a_query_that_begins_after_its_cancellation_is_cancelled() -> None:
    cancelled: list[str] = []
    cancellation = Cancellation()
    cancellation.ask()
    assert cancelled == []
    cancellation.begun(lambda: cancelled.append("query"))
    assert cancelled == ["query"]
