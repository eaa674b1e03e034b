"""What can go wrong, as exceptions.

    ReplicaError                 everything below; also defects and answers that were not understood
    ├── GatewayUnavailable       the gateway does not answer, or ended while a query ran
    ├── ConnectionFailed         no connection to the database: credentials, host, TLS, limits
    ├── QueryFailed              PostgreSQL refused the statement; has `sqlstate` and `position`
    │   └── TimedOut             … because it ran longer than the statement timeout
    ├── Cancelled                the statement was cancelled
    ├── ReplicaConflict          replay on the replica needed what the statement was reading; run it again
    ├── SnapshotUnavailable      no frozen view is to be had; the queries can run without one
    ├── SnapshotEnded            the frozen view has ended; open another and run all of its queries again
    ├── ResultTooLarge           the result does not fit on this machine; ask for less, or export it
    └── ExportFailed             the export did not reach S3; nothing is visible there

Every error has `code`, one of `CODES`; each code is a heading in docs/troubleshooting.md. No error
ever holds a secret.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from .contract import ErrorBody


class ReplicaError(Exception):
    """Base of all errors of this package.

    Attributes:
        code: the machine-readable kind, such as ``syntax-error``.
        body: everything the gateway told.
        sql: the statement, where there was one.
    """

    def __init__(self, body: ErrorBody, sql: str | None = None) -> None:
        self.body = body
        self.code = body.code
        self.sql = sql
        super().__init__(_describe(body, sql))


class GatewayUnavailable(ReplicaError):
    """The gateway does not answer, or ended while a query ran. It starts again by itself."""


class ConnectionFailed(ReplicaError):
    """The gateway could not connect to the database, or lost the connection."""


class QueryFailed(ReplicaError):
    """PostgreSQL refused or aborted the statement.

    Attributes:
        sqlstate: PostgreSQL's five-character code, or None.
        position: where in the statement, in characters from 1, or None.
    """

    @property
    def sqlstate(self) -> str | None:
        return self.body.sqlstate

    @property
    def position(self) -> int | None:
        return self.body.position


class TimedOut(QueryFailed):
    """The statement ran longer than it may."""


class Cancelled(ReplicaError):
    """The statement was cancelled, by its caller or by somebody else."""


class ReplicaConflict(ReplicaError):
    """Replay on the replica removed what the statement was reading. Run it again."""


class SnapshotUnavailable(ReplicaError):
    """The server or the gateway has no snapshot to give. The queries can run without one."""


class SnapshotEnded(ReplicaError):
    """The snapshot expired, was released or lost. Open another and run all of its queries again."""


class ResultTooLarge(ReplicaError):
    """The result does not fit on this machine. Ask for less, or export it to S3."""


class ExportFailed(ReplicaError):
    """The export did not reach S3. Nothing is visible there."""


# src/contract/errors.ts has the same codes; a test compares them.
CODES: Mapping[str, type[ReplicaError]] = {
    "authentication-failed": ConnectionFailed,
    "bad-request": ReplicaError,
    "bucket-denied": ExportFailed,
    "bucket-missing": ExportFailed,
    "cancelled": Cancelled,
    "connection-lost": ConnectionFailed,
    "credentials-denied": ConnectionFailed,
    "credentials-malformed": ConnectionFailed,
    "credentials-missing": ConnectionFailed,
    "database-missing": ConnectionFailed,
    "dataset-conflict": ExportFailed,
    "dataset-mismatch": ExportFailed,
    "dataset-unreadable": ReplicaError,
    "disk-full": ResultTooLarge,
    "export-incomplete": ExportFailed,
    "gateway-unavailable": GatewayUnavailable,
    "host-unreachable": ConnectionFailed,
    "internal": ReplicaError,
    "not-found": ReplicaError,
    "object-exists": ExportFailed,
    "permission-denied": QueryFailed,
    "query-failed": QueryFailed,
    "read-only": QueryFailed,
    "replica-conflict": ReplicaConflict,
    "result-expired": ReplicaError,
    "result-too-large": ResultTooLarge,
    "s3-failed": ExportFailed,
    "s3-unreachable": ExportFailed,
    "secrets-unreachable": ConnectionFailed,
    "several-statements": QueryFailed,
    "snapshot-ended": SnapshotEnded,
    "snapshot-unavailable": SnapshotUnavailable,
    "syntax-error": QueryFailed,
    "timeout": TimedOut,
    "tls-hostname-mismatch": ConnectionFailed,
    "tls-unavailable": ConnectionFailed,
    "tls-untrusted": ConnectionFailed,
    "too-many-connections": ConnectionFailed,
    "value-not-representable": QueryFailed,
}


def error_from(body: ErrorBody, sql: str | None = None) -> ReplicaError:
    """Return the exception for what the gateway told."""
    return CODES.get(body.code, ReplicaError)(body, sql)


def gateway_unavailable(message: str, action: str, sql: str | None = None) -> GatewayUnavailable:
    """Return the error for a gateway that cannot be asked."""
    return GatewayUnavailable(ErrorBody("gateway-unavailable", message, action=action), sql)


def _describe(body: ErrorBody, sql: str | None) -> str:
    lines = [body.message]
    if sql is not None and body.position is not None:
        lines += _point_at(sql, body.position)
    if body.detail:
        lines.append(f"Detail: {body.detail}")
    if body.hint:
        lines.append(f"Hint: {body.hint}")
    if body.action:
        lines.append(body.action)
    code = f"{body.code}, SQLSTATE {body.sqlstate}" if body.sqlstate else body.code
    return "\n".join([*lines, f"[{code}]"])


def _point_at(sql: str, position: int) -> list[str]:
    """The line of `sql` that holds character `position` (from 1), and a caret under it."""
    before = sql[: position - 1]
    start = before.rfind("\n") + 1
    line = sql[start:].split("\n", 1)[0]
    label = f"LINE {before.count(chr(10)) + 1}: "
    indent = "".join("\t" if char == "\t" else " " * _columns(char) for char in before[start:])
    return [label + line, " " * len(label) + indent + "^"]


def _columns(char: str) -> int:
    """Columns a character takes in a terminal (Unicode annex 11)."""
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
