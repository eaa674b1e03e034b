"""Python values as the text that PostgreSQL reads for $1, $2 …"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from uuid import UUID

import pandas


def parameter_texts(params: Sequence[object] | None) -> list[str | None]:
    """Return one text, or None for NULL, a parameter.

    Takes str, int, float, bool, None, Decimal, date, datetime, time, timedelta, UUID, bytes, dict (as JSON),
    numpy scalars, and lists or tuples of these as PostgreSQL arrays.

    Raises:
        TypeError: `params` is not a list or tuple, or holds a value of another type.
    """
    if params is None:
        return []
    if not isinstance(params, (list, tuple)):
        raise TypeError("params must be a list or tuple; its values bind to $1, $2 … in the statement")
    return [_text(value) for value in params]


def _text(value: object) -> str | None:
    if isinstance(value, (list, tuple)):
        return _array(value)
    if value is None or value is pandas.NA or value is pandas.NaT:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).replace("inf", "Infinity")
    if isinstance(value, timedelta):
        return f"{value.days} days {value.seconds}.{value.microseconds:06} seconds"
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "\\x" + bytes(value).hex()
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (str, int, Decimal, UUID)):
        return str(value)
    return _foreign(value)


def _foreign(value: object) -> str | None:
    """A numpy scalar or array: both know their Python value."""
    for method in ("tolist", "item"):
        convert = getattr(value, method, None)
        if callable(convert):
            plain = convert()
            if type(plain) is not type(value):
                return _text(plain)
    raise TypeError(
        f"a parameter of type {type(value).__name__} cannot be bound; pass its text and cast it in SQL"
    )


def _array(values: Sequence[object]) -> str:
    return "{" + ",".join(_element(value) for value in values) + "}"


def _element(value: object) -> str:
    """https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO"""
    text = _text(value)
    if text is None:
        return "NULL"
    if isinstance(value, (list, tuple)):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
