"""What each session of the Spark program sets before it reads, run on a real server."""

from __future__ import annotations

from replica_spark.sessions import joining
from support.stack import Stack

PLAN = {"login": {"searchPath": ["analytics", 'odd "name\\']}, "statementTimeoutMs": 5_000, "snapshot": None}


def test_a_session_finds_names_and_writes_text_as_the_gateway_does(stack: Stack) -> None:
    with stack.judge() as session:
        session.execute("SET bytea_output = 'escape'; SET extra_float_digits = -5")
        with session.transaction():
            session.execute(joining(PLAN, None).encode())
            row = session.execute(
                "SELECT current_setting('search_path'), current_setting('bytea_output'),"
                " current_setting('extra_float_digits'), current_setting('statement_timeout'),"
                " current_setting('transaction_read_only'), current_setting('TimeZone')"
            ).fetchone()
    assert row == ('analytics, "odd ""name\\"', "hex", "1", "5s", "on", "UTC")


def test_a_session_keeps_the_roles_own_path_where_none_is_told(stack: Stack) -> None:
    with stack.judge() as session:
        before = session.execute("SHOW search_path").fetchone()
        with session.transaction():
            session.execute(joining({**PLAN, "login": {"searchPath": None}}, None).encode())
            assert session.execute("SHOW search_path").fetchone() == before
