"""A standby whose replay ends whoever reads what it wants to remove."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from support.eventually import eventually
from support.stack import Stack


@contextmanager
def hasty_replay(stack: Stack) -> Iterator[None]:
    """Replay on the standby waits for nobody, and the primary does not know who reads."""
    with stack.admin("standby") as admin:
        admin.execute("ALTER SYSTEM SET hot_standby_feedback = off")
        admin.execute("ALTER SYSTEM SET max_standby_streaming_delay = '200ms'")
        admin.execute("SELECT pg_reload_conf()")
        try:
            with stack.admin("primary") as there:
                # Until the primary has heard that nobody tells it what is read.
                assert eventually(
                    lambda: (
                        there.execute(
                            "SELECT bool_and(backend_xmin IS NULL) FROM pg_stat_replication"
                        ).fetchone()
                        == (True,)
                    ),
                    20,
                )
            yield
        finally:
            admin.execute("ALTER SYSTEM RESET hot_standby_feedback")
            admin.execute("ALTER SYSTEM RESET max_standby_streaming_delay")
            admin.execute("SELECT pg_reload_conf()")
