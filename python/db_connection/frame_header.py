"""The thin line above a frame that came from the replica; nothing else of how pandas shows it changes.

JupyterLab with the extension draws the line from `MIME_TYPE`, with buttons. Everything else shows what stands
in text/html: the same line without them.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas
from IPython.core.interactiveshell import InteractiveShell

#: src/lab/frame-header/frame.ts reads it.
MIME_TYPE = "application/vnd.jupyterlab-replica.frame+json"
#: JupyterLab leaves this element out where it draws the line itself.
LINE_CLASS = "jp-ReplicaFrame-line"
#: What the gateway calls its connection where it has no file of profiles (src/gateway/config.ts).
ONLY_PROFILE = "default"
#: How `db_connection.statement` records the value of a secret.
SECRET = {"secret": True}
#: The statement is told to the page up to this length; nobody edits more by hand.
LONGEST_SQL = 20_000


def register(shell: InteractiveShell) -> None:
    """Let the shell show the line above frames that carry their origin."""
    assert shell.display_formatter is not None
    formatter = shell.display_formatter.mimebundle_formatter

    def bundle(frame: pandas.DataFrame, include: Any = None, exclude: Any = None) -> dict[str, Any] | None:
        return mime_bundle(frame)

    formatter.for_type(pandas.DataFrame, bundle)


def mime_bundle(frame: pandas.DataFrame) -> dict[str, Any] | None:
    """Return the line and pandas' own HTML; None for a frame that is not, as it stands, a result of `db`."""
    origin = described(frame)
    if origin is None:
        return None
    own = frame._repr_html_()  # type: ignore[operator]
    if own is None:
        return None
    line = f'<div class="{LINE_CLASS}">{html.escape(line_text(origin))}</div>'
    return {"text/html": f"{line}\n{own}", MIME_TYPE: origin}


def described(frame: pandas.DataFrame) -> dict[str, Any] | None:
    """Return what the line says and what its buttons need.

    pandas hands attrs on to what is made of a frame: ``frame.head()`` is not the result that its attrs
    describe, so a frame with another number of rows gets no line.
    """
    attrs = frame.attrs
    rows, sql = attrs.get("rows"), attrs.get("sql")
    if not isinstance(rows, int) or not isinstance(sql, str) or rows != len(frame):
        return None
    return {
        "rows": rows,
        "truncated": attrs.get("truncated") is True,
        "elapsedMs": attrs.get("elapsed_ms"),
        "asOf": attrs.get("as_of"),
        "profile": None if attrs.get("profile") == ONLY_PROFILE else attrs.get("profile"),
        "sql": sql if len(sql) <= LONGEST_SQL else None,
        "parameters": _parameters(attrs.get("params")),
    }


def line_text(origin: Mapping[str, Any]) -> str:
    """Return rows, duration, as-of and profile, such as ``1,000 rows · 1.2 s · as of 12:04:31``."""
    rows = origin["rows"]
    count = f"{rows:,} row{'' if rows == 1 else 's'}"
    parts = [f"first {count}" if origin["truncated"] else count]
    if isinstance(origin["elapsedMs"], (int, float)):
        parts.append(_duration(origin["elapsedMs"]))
    if isinstance(origin["asOf"], str):
        parts.append(f"as of {_time_of_day(origin['asOf'])}")
    if isinstance(origin["profile"], str):
        parts.append(origin["profile"])
    return " · ".join(parts)


def _parameters(params: Any) -> list[dict[str, Any]]:
    """Names, "1" for $1, and values as PostgreSQL reads them; that of a secret is not known here."""
    if not isinstance(params, (Mapping, list, tuple)):
        return []
    names = params if isinstance(params, Mapping) else map(str, range(1, len(params) + 1))
    values = params.values() if isinstance(params, Mapping) else params
    return [
        {"name": str(name), "value": value if isinstance(value, str) else None, "secret": value == SECRET}
        for name, value in zip(names, values, strict=True)
    ]


def _duration(milliseconds: float) -> str:
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1000
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def _time_of_day(text: str) -> str:
    """UTC, because the output is read in other places than it was made in."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).strftime("%H:%M:%S UTC")
