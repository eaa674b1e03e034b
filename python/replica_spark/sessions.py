"""Sessions that all see one snapshot."""

from __future__ import annotations

import threading
from typing import Any

from .failures import Failure
from .login import Login


class Leader:
    """The session that keeps the snapshot alive for all others, and counts."""

    def __init__(self, spark: Any, login: Login, plan: Any) -> None:
        jvm = spark.sparkContext._jvm
        properties = jvm.java.util.Properties()
        for name, value in {**login.properties, "ApplicationName": plan["applicationName"]}.items():
            properties.setProperty(name, value)
        self._statement: Any = None
        self._connection = jvm.org.postgresql.Driver().connect(login.url, properties)
        self._connection.setAutoCommit(False)
        shared = plan["snapshot"]
        self._connection.prepareStatement(joining(plan, shared and shared["exportedName"])).execute()
        self.snapshot = self.single("SELECT pg_catalog.pg_export_snapshot()") if shared else None

    def single(self, sql: str) -> Any:
        self._statement = self._connection.createStatement()
        try:
            rows = self._statement.executeQuery(sql)
            rows.next()
            return rows.getObject(1)
        finally:
            self._statement.close()

    def close(self) -> None:
        if self._statement is not None:
            self._statement.cancel()
        self._connection.close()


class Counting(threading.Thread):
    """Counts the rows of each part under the leader's snapshot, while they are written."""

    def __init__(self, leader: Leader, plan: Any) -> None:
        super().__init__(daemon=True)
        self._leader, self._plan = leader, plan
        self._counts: list[int] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            for part in self._plan["parts"]:
                self._counts.append(
                    self._leader.single(f"SELECT count(*) FROM {self._plan['source']} WHERE {part}")
                )
        except BaseException as error:
            self._error = error

    def result(self) -> list[int]:
        self.join()
        if self._error is not None:
            raise self._error
        return self._counts


def compare(written: dict[int, int], counted: list[int], plan: Any) -> None:
    """Raises Failure `export-incomplete` unless every part has as many rows on S3 as in the snapshot."""
    different = [part for part, rows in enumerate(counted) if written[part] != rows]
    if different and plan["snapshot"] is not None:
        first = different[0]
        raise Failure(
            "export-incomplete",
            f"Part {first} has {written[first]} rows on S3 and {counted[first]} in the snapshot,"
            f" and {len(different) - 1} other parts differ too.",
            "Nothing was committed. Run the export again; if it happens again, report it.",
        )


def joining(plan: Any, snapshot: str | None) -> str:
    """What each session runs first, in its transaction: it joins the snapshot, on the right server."""
    level = "REPEATABLE READ" if snapshot else "READ COMMITTED"
    statements = [f"SET TRANSACTION ISOLATION LEVEL {level} READ ONLY"]
    if snapshot:
        statements.append(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
    statements += [
        "SET LOCAL TimeZone = 'UTC'",
        "SET LOCAL DateStyle = 'ISO, YMD'",
        "SET LOCAL IntervalStyle = 'postgres'",
        "SET LOCAL extra_float_digits = 1",
        "SET LOCAL bytea_output = 'hex'",
        "SET LOCAL idle_in_transaction_session_timeout = 0",
        f"SET LOCAL statement_timeout = {int(plan['statementTimeoutMs'])}",
    ]
    if path := plan["login"]["searchPath"]:
        statements.append(f"SET LOCAL search_path = {', '.join(map(literal, path))}")
    if snapshot:
        started = plan["snapshot"]["server"].rpartition("/")[2]
        statements.append(
            f"SELECT CASE WHEN pg_catalog.pg_postmaster_start_time()::text = '{started}' THEN 0 ELSE"
            " ('not the server of the snapshot: ' || pg_catalog.pg_postmaster_start_time())::integer END"
        )
    return "; ".join(statements)


def literal(text: str) -> str:
    """A text as an SQL literal, by the rule of quote_literal()."""
    quoted = "'" + text.replace("'", "''").replace("\\", "\\\\") + "'"
    return f"E{quoted}" if "\\" in text else quoted
