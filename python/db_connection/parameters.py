"""Python values as the text that PostgreSQL reads for $1, $2 …"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from uuid import UUID

import numpy as np
import pandas

from .secret_values import Secret

LISTS = (
    list,
    tuple,
    set,
    frozenset,
    range,
    np.ndarray,
    pandas.Series,
    pandas.Index,
    pandas.api.extensions.ExtensionArray,
)


def parameter_texts(params: Sequence[object] | None) -> list[str | None]:
    """Return one text, or None for NULL, a parameter.

    Takes str, int, float, bool, None, Decimal, date, datetime, time, timedelta, UUID, bytes, dict (as JSON),
    an Enum by its value, the scalars of numpy and pandas, and lists, tuples, sets, ranges, numpy arrays or
    Series of these as PostgreSQL arrays, or any of them in `secret`. None, pandas.NA
    and NaT are NULL; NaN stays the number NaN. PostgreSQL keeps microseconds.

    Raises:
        TypeError: `params` is not a list or tuple, or holds a value of another type.
    """
    if params is None:
        return []
    if not isinstance(params, (list, tuple)):
        raise TypeError(
            f"params must be a list for $1, $2 … or a dict for :name, not {type(params).__name__}"
            f"; a single value goes into a list"
        )
    return [_text(value) for value in params]


def _text(value: object) -> str | None:
    if isinstance(value, LISTS):
        return _array(value)
    if value is None or value is pandas.NA or value is pandas.NaT:
        return None
    if isinstance(value, Secret):
        return _text(value.reveal())
    if isinstance(value, Enum):
        return _text(value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # numpy's float64 is a float whose own repr is not a number.
        return float.__repr__(value).replace("inf", "Infinity")
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
    if isinstance(value, (np.datetime64, np.timedelta64)):
        return _moment(value)
    return _foreign(value)


def _moment(value: np.datetime64 | np.timedelta64) -> str | None:
    """numpy's own conversion to Python makes bare integers of nanoseconds and of years after 9999."""
    if np.isnat(value):
        return None
    unit = np.datetime_data(value.dtype)[0]
    if isinstance(value, np.datetime64):
        return str(value.astype("datetime64[D]" if unit in ("Y", "M", "W", "D") else "datetime64[us]"))
    # Months and years have no fixed length, in PostgreSQL as in numpy, which writes "3 months".
    return str(value) if unit in ("Y", "M") else _text(value.astype("timedelta64[us]").tolist())


def _foreign(value: object) -> str | None:
    """What knows its Python value, as numpy's scalars do."""
    convert = getattr(value, "tolist", None)
    if callable(convert):
        plain = convert()
        if type(plain) is not type(value):
            return _text(plain)
    raise TypeError(
        f"a parameter of type {type(value).__name__} cannot be bound; pass its text and cast it in SQL"
    )


def _array(values: Iterable[object]) -> str:
    return "{" + ",".join(_element(value) for value in values) + "}"


def _element(value: object) -> str:
    """https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO"""
    text = _text(value)
    if text is None:
        return "NULL"
    if isinstance(value, LISTS):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
