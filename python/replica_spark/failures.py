"""What ends a job, for a person."""

from __future__ import annotations

import re


class Failure(Exception):
    """What ends the job, for a person: a code of docs/troubleshooting.md, what happened, what to do."""

    def __init__(self, code: str, message: str, action: str | None = None, detail: str | None = None) -> None:
        super().__init__(message)
        self.body = {"code": code, "message": message, "action": action, "detail": detail}


#: What the server or Java say, and what that means here.
MEANINGS = (
    (
        r"invalid snapshot identifier|could not import the requested snapshot|snapshot .* does not exist"
        r"|source process with PID \d+ is not running",
        "snapshot-ended",
        "The snapshot had ended before all sessions had joined it.",
        "Export again; JUPYTERLAB_REPLICA_SNAPSHOT_MAX_MIN says how long one may be held.",
    ),
    (
        r"conflict with recovery",
        "replica-conflict",
        "Replay on the replica could not wait for the export's snapshot.",
        "Export again, or ask for hot_standby_feedback or a longer max_standby_streaming_delay.",
    ),
    (
        r"malformed array literal|Bad value for type BigDecimal|out of range|ClassCastException",
        "value-not-representable",
        "A value does not fit the type of its column.",
        "Name the column in as_text: it is then read as PostgreSQL's own text.",
    ),
    (r"password authentication failed", "authentication-failed", "The database refused the login.", None),
    (r"permission denied", "permission-denied", "The role may not read this.", None),
    (
        r"has an empty text",
        "bad-request",
        "A column that names directories has an empty text.",
        "Partition by another column, or make NULL of it in the statement.",
    ),
)


def understand(error: BaseException) -> Failure:
    text = str(error)
    found = re.search(r"PSQLException: (.*)", text)
    detail = (found.group(1) if found else text.strip().split("\n")[0])[:500]
    for pattern, code, message, action in MEANINGS:
        if re.search(pattern, text):
            return Failure(code, message, action, detail)
    # Without a JVM py4j has no exception of Java's to tell, or no connection.
    if text.startswith("An error occurred while calling") and "\n" not in text.strip():
        return _lost(detail)
    if isinstance(error, ConnectionError) or type(error).__name__ == "Py4JNetworkError":
        return _lost(detail)
    if found:
        return Failure("query-failed", "The statement failed on Spark.", None, detail)
    return Failure("internal", "The export on Spark failed.", "Its log says more.", detail)


def _lost(detail: str) -> Failure:
    return Failure(
        "export-incomplete",
        "Spark ended in the middle of the export.",
        "Look whether its machine was short of memory, and export again.",
        detail,
    )
