"""Error replies in the form the browser expects (src/contract/errors.ts)."""

from __future__ import annotations

RETRY = "Try again in a few seconds; if it stays so, look at the Jupyter server's log."


def error_reply(code: str, message: str, action: str | None = None) -> dict[str, object]:
    """Return ``{"error": ErrorBody}`` with all eight fields; those not given are None."""
    return {
        "error": {
            "code": code,
            "message": message,
            "subject": None,
            "action": action,
            "detail": None,
            "hint": None,
            "position": None,
            "sqlstate": None,
        }
    }
