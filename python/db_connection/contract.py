"""The gateway's JSON as this package reads it.

src/contract/*.ts is the source; test/fixtures/contract/*.json hold both sides to it. Only the fields used
here are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

FINAL_STATES = frozenset({"done", "failed", "cancelled"})


def query_request(
    sql: str,
    params: Sequence[str | None],
    origin: Mapping[str, str],
    parallel: int | None = None,
    in_order: bool = False,
) -> Json:
    """Return the request for all rows of a statement that ends when nobody waits for it any more."""
    asked = parallel is not None or in_order
    return {
        "sql": sql,
        "params": params,
        "rowLimit": None,
        "origin": origin,
        "cancelOnDisconnect": True,
        "readOnce": False,
        "keep": False,
        "parallel": {"connections": parallel or 1, "inOrder": in_order, "required": False} if asked else None,
    }


@dataclass(frozen=True)
class ErrorBody:
    """What went wrong, on what, and what to do. `position` counts characters of the statement from 1."""

    code: str
    message: str
    subject: str | None = None
    action: str | None = None
    detail: str | None = None
    hint: str | None = None
    position: int | None = None
    sqlstate: str | None = None

    @classmethod
    def parse(cls, value: Json) -> ErrorBody:
        """Raises KeyError when a field is missing."""
        return cls(**{name: value[name] for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class QueryStatus:
    """How far a query is. `spool_path` is the file that holds its rows as an Arrow IPC stream.

    `parallel` says over how many connections a whole table was read, and why over one alone.
    """

    query_id: str
    state: str
    rows: int
    started_at: str
    elapsed_ms: float
    parallel: Json | None
    spool_path: str | None
    error: ErrorBody | None

    @property
    def final(self) -> bool:
        return self.state in FINAL_STATES

    @classmethod
    def parse(cls, value: Json) -> QueryStatus:
        """Raises KeyError when a field is missing."""
        error = value["error"]
        return cls(
            query_id=value["queryId"],
            state=value["state"],
            rows=value["rows"],
            started_at=value["startedAt"],
            elapsed_ms=value["elapsedMs"],
            parallel=value["parallel"],
            spool_path=value["spoolPath"],
            error=None if error is None else ErrorBody.parse(error),
        )


@dataclass(frozen=True)
class Connection:
    """Where queries go. `lag_ms` is the time since the last replayed transaction, None where unknown."""

    host: str
    port: int
    database: str
    user: str
    server_version: str
    in_recovery: bool
    lag_ms: float | None
    tls: str

    @classmethod
    def parse(cls, value: Json) -> Connection:
        """Raises KeyError when a field is missing."""
        return cls(
            host=value["host"],
            port=value["port"],
            database=value["database"],
            user=value["user"],
            server_version=value["serverVersion"],
            in_recovery=value["inRecovery"],
            lag_ms=value["lagMs"],
            tls=value["tls"],
        )
