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
    read_once: bool = False,
    row_limit: int | None = None,
    profile: str | None = None,
    snapshot: str | None = None,
) -> Json:
    """Return the request for a statement that ends when nobody waits for it any more.

    All its rows are read, or `row_limit` of them. Rows that are `read_once`, in order and at their
    reader's pace, may be more than the gateway can store. It runs on the connection profile
    `profile`, None is the first one, and sees the open `snapshot` of that id.
    """
    asked = parallel is not None or in_order
    return {
        "sql": sql,
        "params": params,
        "rowLimit": row_limit,
        "origin": origin,
        "profile": profile,
        "cancelOnDisconnect": True,
        "readOnce": read_once,
        "readersPace": read_once,
        "keep": False,
        "parallel": {"connections": parallel or 1, "inOrder": in_order, "required": False} if asked else None,
        "snapshot": snapshot,
    }


def snapshot_request(origin: Mapping[str, str], minutes: float | None, profile: str | None = None) -> Json:
    """Return the request for a frozen view that ends by itself after so many minutes."""
    seconds = None if minutes is None else max(1, round(60 * minutes))
    return {"origin": origin, "profile": profile, "maxSeconds": seconds}


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
    """How far a query is.

    Attributes:
        state: queued, running, done, failed or cancelled.
        queue_position: the place among those who wait for a connection, from 1, or None.
        rows: how many there are by now, and `size_bytes` what they take as Arrow.
        truncated: whether a row limit cut the result.
        started_at: ISO 8601, UTC.
        profile: the connection profile that it runs on.
        as_of: the moment that the rows show, by the server's clock, and `lag_ms` how far it was behind then.
        snapshot: the id of the one that the statement sees.
        parallel: over how many connections a whole table was read, and why over one alone; else None.
        notices: what the server said meanwhile.
        spool_path: the file that holds the rows as an Arrow IPC stream.
    """

    query_id: str
    state: str
    queue_position: int | None
    sql: str
    rows: int
    size_bytes: int
    truncated: bool
    started_at: str
    elapsed_ms: float
    profile: str | None
    as_of: str | None
    lag_ms: float | None
    snapshot: str | None
    parallel: Json | None
    notices: Sequence[str]
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
            queue_position=value["queuePosition"],
            sql=value["sql"],
            rows=value["rows"],
            size_bytes=value["bytes"],
            truncated=value["truncated"],
            started_at=value["startedAt"],
            elapsed_ms=value["elapsedMs"],
            profile=value["profile"],
            as_of=value["asOf"],
            lag_ms=value["lagMs"],
            snapshot=value["snapshot"],
            parallel=value["parallel"],
            notices=tuple(value["notices"]),
            spool_path=value["spoolPath"],
            error=None if error is None else ErrorBody.parse(error),
        )


@dataclass(frozen=True)
class Profile:
    """A replica that queries can go to. Others depend on one that is marked `production`."""

    name: str
    production: bool


def parse_profiles(value: Json) -> list[Profile]:
    """Return the profiles, the one that is used where none is named first. Raises KeyError as `parse`."""
    return [Profile(profile["name"], profile["production"]) for profile in value["profiles"]]


@dataclass(frozen=True)
class SnapshotStatus:
    """A frozen view that the gateway holds.

    Attributes:
        exported_name: for SET TRANSACTION SNAPSHOT on the same server.
        as_of, expires_at: ISO 8601, UTC.
        lsn: how far the server had replayed, about; None where it does not tell.
        lag_ms: how far the replica was behind, None where unknown.
        silent_s: one that nobody asks for or queries so long is given up.
    """

    snapshot_id: str
    exported_name: str
    as_of: str
    lsn: str | None
    lag_ms: float | None
    expires_at: str
    silent_s: float
    open: bool

    @classmethod
    def parse(cls, value: Json) -> SnapshotStatus:
        """Raises KeyError when a field is missing."""
        return cls(
            snapshot_id=value["snapshotId"],
            exported_name=value["exportedName"],
            as_of=value["asOf"],
            lsn=value["lsn"],
            lag_ms=value["lagMs"],
            expires_at=value["expiresAt"],
            silent_s=value["silentSeconds"],
            open=value["state"] == "open",
        )


@dataclass(frozen=True)
class Connection:
    """Where queries go. `lag_ms` is the time since the last replayed transaction, None where unknown."""

    profile: str
    production: bool
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
            profile=value["profile"],
            production=value["production"],
            host=value["host"],
            port=value["port"],
            database=value["database"],
            user=value["user"],
            server_version=value["serverVersion"],
            in_recovery=value["inRecovery"],
            lag_ms=value["lagMs"],
            tls=value["tls"],
        )


@dataclass(frozen=True)
class Relation:
    """A table or what reads like one. Estimates are the planner's, None where it has none.

    `partition_of` is the schema and name of the partitioned table it belongs to.
    """

    schema: str
    name: str
    kind: str
    row_estimate: int | None
    size_bytes: int | None
    comment: str | None
    partition_of: tuple[str, str] | None
    readable: bool


def parse_relations(catalog: Json) -> list[Relation]:
    """Return the relations of all schemas. Raises KeyError when a field is missing."""
    return [
        Relation(
            schema=schema["name"],
            name=value["name"],
            kind=value["kind"],
            row_estimate=value["rowEstimate"],
            size_bytes=value["sizeBytes"],
            comment=value["comment"],
            partition_of=None if parent is None else (parent["schema"], parent["relation"]),
            readable=value["readable"],
        )
        for schema in catalog["schemas"]
        for value in schema["relations"]
        for parent in [value["partitionOf"]]
    ]


@dataclass(frozen=True)
class Column:
    """`type` is PostgreSQL's name with modifiers, `references` a schema, table and column."""

    name: str
    type: str
    nullable: bool
    default: str | None
    comment: str | None
    primary_key: bool
    references: tuple[str, str, str] | None


def parse_columns(columns: Json) -> list[Column]:
    """Return the columns of a relation. Raises KeyError when a field is missing."""
    return [
        Column(
            name=value["name"],
            type=value["type"],
            nullable=value["nullable"],
            default=value["default"],
            comment=value["comment"],
            primary_key=value["primaryKey"],
            references=None if key is None else (key["schema"], key["relation"], key["column"]),
        )
        for value in columns["columns"]
        for key in [value["references"]]
    ]
