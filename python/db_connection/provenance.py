"""Where a frame came from, in its ``attrs``, and what has changed when it is read again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas
import pyarrow as pa

from .contract import QueryStatus
from .sql_tokens import tokens
from .statement import Parameters, Statement


def provenance(
    table: pa.Table,
    status: QueryStatus,
    statement: Statement | None,
    dtype_backend: str | None,
    numeric: str | None,
) -> dict[str, Any]:
    """Return what ``frame.attrs`` holds: values that JSON can hold, so that Parquet files keep them.

    `statement` is None where the values of its parameters are not known, as for a result of the panel.
    """
    columns = [[field.name, _type_of(field)] for field in table.schema]
    return {
        "sql": status.sql,
        "params": None if statement is None else statement.recorded,
        "profile": status.profile,
        "as_of": status.as_of or status.started_at,
        "lag_ms": status.lag_ms,
        "snapshot": status.snapshot,
        "rows": status.rows,
        "elapsed_ms": status.elapsed_ms,
        "truncated": status.truncated,
        "parallel": status.parallel,
        "columns": columns,
        "schema_hash": hashlib.sha256(json.dumps(columns).encode()).hexdigest()[:16],
        "dtype_backend": dtype_backend,
        "numeric": numeric,
    }


@dataclass(frozen=True)
class Source:
    """What is needed to read a frame again."""

    sql: str
    params: Sequence[str | None] | Mapping[str, str | None]
    profile: str
    flavour: dict[str, Any]


def source_of(frame: pandas.DataFrame, params: Parameters = None) -> Source:
    """Return the statement behind `frame`, with `params` in the place of those that are not recorded.

    Raises:
        ValueError: the frame does not say where it came from.
        TypeError: a value was secret, or belongs to the panel, and `params` lacks it.
    """
    attrs = frame.attrs
    if not {"sql", "params", "profile", "rows", "columns"} <= attrs.keys():
        raise ValueError(
            "this frame does not say where it came from: pandas drops attrs in some operations, such as"
            " merge; rerun the frame that db.query returned"
        )
    flavour = {name: attrs.get(name) for name in ("dtype_backend", "numeric")}
    return Source(attrs["sql"], _params(attrs, params), attrs["profile"], flavour)


@dataclass(frozen=True)
class Drift:
    """What has changed since a frame was read. False where nothing has; ``str()`` says it in a sentence.

    Attributes:
        rows_before, rows_now: how many there were and are.
        added, removed: names and PostgreSQL types of columns.
        retyped: name, type before and type now.
        moved: whether the columns that both have come in another order.
        as_of_before, as_of_now: the moments that the two frames show.
    """

    rows_before: int
    rows_now: int
    added: Sequence[tuple[str, str]]
    removed: Sequence[tuple[str, str]]
    retyped: Sequence[tuple[str, str, str]]
    moved: bool
    as_of_before: str
    as_of_now: str

    @property
    def schema(self) -> bool:
        """Whether the columns are no longer the same."""
        return bool(self.added or self.removed or self.retyped or self.moved)

    def __bool__(self) -> bool:
        return self.schema or self.rows_before != self.rows_now

    def __str__(self) -> str:
        rows = f"{self.rows_before:,} rows"
        if self.rows_now != self.rows_before:
            rows = f"{self.rows_before:,} → {self.rows_now:,} rows ({self.rows_now - self.rows_before:+,})"
        changes = [f"new column {name} {kind}" for name, kind in self.added]
        changes += [f"no column {name} any more" for name, _ in self.removed]
        changes += [f"{name} was {before} and is {now}" for name, before, now in self.retyped]
        changes += ["the columns are in another order"] if self.moved else []
        return "; ".join([rows, *(changes or ["the same columns"])])

    __repr__ = __str__


def drift(before: Mapping[Any, Any], now: Mapping[Any, Any]) -> Drift:
    """Compare the ``attrs`` of two frames of one statement."""
    old, new = _numbered(before["columns"]), _numbered(now["columns"])
    both = [key for key in old if key in new]
    return Drift(
        rows_before=before["rows"],
        rows_now=now["rows"],
        added=[(key[0], kind) for key, kind in new.items() if key not in old],
        removed=[(key[0], kind) for key, kind in old.items() if key not in new],
        retyped=[(key[0], old[key], new[key]) for key in both if old[key] != new[key]],
        moved=both != [key for key in new if key in old],
        as_of_before=before["as_of"],
        as_of_now=now["as_of"],
    )


def _numbered(columns: Sequence[Sequence[str]]) -> dict[tuple[str, int], str]:
    """By name, and by how many columns of that name stand before."""
    numbered: dict[tuple[str, int], str] = {}
    for name, kind in columns:
        numbered[name, sum(known == name for known, _ in numbered)] = kind
    return numbered


def _params(attrs: Mapping[Any, Any], given: Parameters) -> Any:
    recorded = attrs["params"]
    if recorded is None:
        found = (attrs["sql"][token.start : token.end] for token in tokens(attrs["sql"]))
        if given is None and any(re.fullmatch(r"\$\d+", text) for text in found):
            raise TypeError("the values of this statement's parameters are not recorded; pass them as params")
        return given
    if isinstance(recorded, Mapping):
        if given is not None and not isinstance(given, Mapping):
            raise TypeError("this statement's parameters have names: pass a dict")
        merged: Any = {**recorded, **(given or {})}
        missing = [f":{name}" for name, value in merged.items() if _is_secret(value)]
    else:
        merged = list(recorded) if given is None else given
        missing = [f"${index + 1}" for index, value in enumerate(merged) if _is_secret(value)]
    if missing:
        raise TypeError(
            f"the value of {', '.join(missing)} was secret and is not recorded; pass it as params"
        )
    return merged


def _is_secret(value: object) -> bool:
    return isinstance(value, Mapping) and value.get("secret") is True


def _type_of(field: pa.Field) -> str:
    return ((field.metadata or {}).get(b"pg:type") or str(field.type).encode()).decode()
