"""Arrow types by the names that manifests have for them."""

from __future__ import annotations

import re

import pyarrow as pa

TYPES = {
    "Bool": pa.bool_(),
    "Int16": pa.int16(),
    "Int32": pa.int32(),
    "Int64": pa.int64(),
    "Float32": pa.float32(),
    "Float64": pa.float64(),
    "Binary": pa.binary(),
    "Date32<DAY>": pa.date32(),
    "Time64<MICROSECOND>": pa.time64("us"),
    "Timestamp<MICROSECOND>": pa.timestamp("us"),
    "Timestamp<MICROSECOND, UTC>": pa.timestamp("us", "UTC"),
}


def arrow_type(name: str) -> pa.DataType:
    """Return the type of a manifest's `arrow`; text for a name that is not known, as files have it then."""
    decimal = re.fullmatch(r"Decimal\[(\d+)e([+-]\d+)\]", name)
    if decimal:
        return pa.decimal128(int(decimal[1]), int(decimal[2]))
    if name.startswith("List<"):
        return pa.list_(pa.field("element", arrow_type(name[len("List<") : -1])))
    return TYPES.get(name, pa.string())
