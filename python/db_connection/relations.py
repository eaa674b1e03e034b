"""The tables of the catalog: as frames, and by the names that users write."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

import pandas

from .contract import Column, ErrorBody, Relation
from .errors import error_from

COUNTED = ("table", "partitioned-table", "materialized-view")


def tables_frame(relations: Sequence[Relation]) -> pandas.DataFrame:
    """Return one row a relation; estimates are the planner's, NA where it has none."""
    return _frame(
        {
            "schema": _texts([relation.schema for relation in relations]),
            "table": _texts([relation.name for relation in relations]),
            "kind": _texts([relation.kind for relation in relations]),
            "row_estimate": pandas.array([relation.row_estimate for relation in relations], dtype="Int64"),
            "size_bytes": pandas.array([relation.size_bytes for relation in relations], dtype="Int64"),
            "readable": pandas.Series([relation.readable for relation in relations], dtype="bool"),
            "partition_of": _texts(
                [relation.partition_of and ".".join(relation.partition_of) for relation in relations]
            ),
            "comment": _texts([relation.comment for relation in relations]),
        }
    )


def columns_frame(columns: Sequence[Column]) -> pandas.DataFrame:
    """Return one row a column, in the table's order."""
    return _frame(
        {
            "column": _texts([column.name for column in columns]),
            "type": _texts([column.type for column in columns]),
            "nullable": pandas.Series([column.nullable for column in columns], dtype="bool"),
            "primary_key": pandas.Series([column.primary_key for column in columns], dtype="bool"),
            "references": _texts([column.references and ".".join(column.references) for column in columns]),
            "default": _texts([column.default for column in columns]),
            "comment": _texts([column.comment for column in columns]),
        }
    )


def counts_frame(relations: Sequence[Relation], rows: Sequence[int | None]) -> pandas.DataFrame:
    """Return one row a relation with its number of rows."""
    return _frame(
        {
            "schema": _texts([relation.schema for relation in relations]),
            "table": _texts([relation.name for relation in relations]),
            "rows": pandas.array(rows, dtype="Int64"),
        }
    )


def countable(relations: Sequence[Relation]) -> list[Relation]:
    """Those that hold rows of their own and may be read; partitions count with their table."""
    return [
        relation
        for relation in relations
        if relation.kind in COUNTED and relation.readable and relation.partition_of is None
    ]


def count_statement(relations: Sequence[Relation]) -> str:
    """Return the statement that counts the rows of all of them, in their order."""
    counts = (
        f"SELECT {index} AS place, count(*) AS rows FROM {quoted(relation)}"
        for index, relation in enumerate(relations)
    )
    return "\nUNION ALL ".join(counts) + "\nORDER BY place"


def quoted(relation: Relation) -> str:
    """Return the name as it stands in SQL, whatever it holds."""
    return f"{_in_quotes(relation.schema)}.{_in_quotes(relation.name)}"


def find_relation(relations: Sequence[Relation], name: str) -> Relation:
    """Return the relation that `name` means: "schema.table", or "table" where only one schema has it.

    A name counts as it is written, with or without SQL's quotes, and else in lower case, as SQL reads it.

    Raises:
        ReplicaError: there is none (code ``not-found``), or several schemas have one.
        TypeError: `name` is no text.
    """
    if not isinstance(name, str):
        raise TypeError(f"a table is named by a text such as 'public.orders', not by {name!r}")
    for wanted in (name, name.lower()):
        found = [relation for relation in relations if wanted in _spellings(relation)]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(_full(relation) for relation in found)
            raise error_from(
                ErrorBody(
                    "not-found",
                    f"There are several tables {name}: {names}.",
                    subject=name,
                    action="Write the schema before the name.",
                )
            )
    close = difflib.get_close_matches(name, [_full(relation) for relation in relations], 1)
    close = close or [_full(relation) for relation in relations if relation.name == name.split(".")[-1]][:1]
    hint = f"Did you mean {close[0]}? " if close else ""
    raise error_from(
        ErrorBody(
            "not-found",
            f"There is no table or view {name} that this role can see.",
            subject=name,
            action=f"{hint}db.tables() lists them all.",
        )
    )


def of_schema(relations: Sequence[Relation], schema: str | None) -> list[Relation]:
    """Return the relations of one schema, or of all."""
    return [relation for relation in relations if schema is None or relation.schema == schema]


def _full(relation: Relation) -> str:
    return f"{relation.schema}.{relation.name}"


def _spellings(relation: Relation) -> set[str]:
    schemas = (relation.schema, _in_quotes(relation.schema))
    names = (relation.name, _in_quotes(relation.name))
    return {*names, *(f"{schema}.{name}" for schema in schemas for name in names)}


def _in_quotes(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _frame(columns: dict[str, Any]) -> pandas.DataFrame:
    frame: pandas.DataFrame = pandas.DataFrame(columns)
    return frame


def _texts(values: Sequence[str | None]) -> Any:
    """With pandas' own type for text: object before pandas 3."""
    texts: list[Any] = [*values]
    return pandas.Series(texts, dtype=pandas.Series([""]).dtype)
