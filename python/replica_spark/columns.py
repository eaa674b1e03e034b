"""Columns in the types of docs/types.md, and those that name directories."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

NULL_DIRECTORY = "__HIVE_DEFAULT_PARTITION__"


def columns(plan: Any) -> list[Any]:
    """The statement's columns in the contract's types, then those that name directories."""
    from pyspark.sql import functions as f

    made = {}
    for index, column in enumerate(plan["columns"]):
        source = f.col(f"c{index}")
        if column["conversion"] == "date":
            source = f.expr(f"date_from_unix_date(c{index})")
        elif column["conversion"] != "none":
            source = f.expr(f"timestamp_micros(c{index})")
            if column["conversion"] == "timestamp":
                source = source.cast("timestamp_ntz")
        made[column["name"]] = source
    kept = {name: value.alias(name) for name, value in made.items()}
    for part in plan["partitions"]:
        value = made[part["column"]]
        if part["part"] == "year":
            value = f.year(value)
        elif part["part"] == "month":
            value = f.date_format(value, "yyyy-MM")
        elif part["part"] == "day":
            value = f.to_date(value)
        elif part["hive"] == "string":
            # In the name of a directory NULL and the empty text are one.
            message = f.lit(f"The column {part['column']} has an empty text, which names no directory.")
            value = f.when(value == "", f.raise_error(message).cast("string")).otherwise(value)
        kept[part["name"]] = value.alias(part["name"])
    return list(kept.values())


def partition_value(directory: str) -> str | None:
    value = directory.partition("=")[2]
    return None if value == NULL_DIRECTORY else unquote(value)
