"""Python values as PostgreSQL's text."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any
from uuid import UUID

import numpy as np
import pandas
import pytest
from db_connection.parameters import parameter_texts


class Status(str, Enum):
    PAID = "paid"


class Rank(IntEnum):
    FIRST = 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("it's", "it's"),
        ("", ""),
        (7, "7"),
        (9007199254740993, "9007199254740993"),
        (True, "true"),
        (0.1, "0.1"),
        (float("nan"), "nan"),
        (float("-inf"), "-Infinity"),
        (None, None),
        (pandas.NA, None),
        (pandas.NaT, None),
        (Decimal("1.10"), "1.10"),
        (date(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29, 1, 2, 3, 4, timezone.utc), "2024-02-29T01:02:03.000004+00:00"),
        (pandas.Timestamp("2024-02-29"), "2024-02-29T00:00:00"),
        (time(1, 2), "01:02:00"),
        (timedelta(days=-1, microseconds=5), "-1 days 0.000005 seconds"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (b"\x00\xff", "\\x00ff"),
        ({"a": "ü"}, '{"a": "ü"}'),
        (Status.PAID, "paid"),
        (Rank.FIRST, "1"),
        (np.int64(5), "5"),
        (np.bool_(True), "true"),
        (np.float64(1.5), "1.5"),
        (np.float64("-inf"), "-Infinity"),
        (np.float32(0.5), "0.5"),
        (np.nan, "nan"),
        (np.datetime64("2024-02-29"), "2024-02-29"),
        (np.datetime64("2024-02"), "2024-02-01"),
        (np.datetime64("2024-02-29T01:02:03.000004567", "ns"), "2024-02-29T01:02:03.000004"),
        (np.datetime64("2024-02-29T01", "h"), "2024-02-29T01:00:00.000000"),
        (np.datetime64("20000-01-01T00:00", "s"), "20000-01-01T00:00:00.000000"),
        (np.datetime64("NaT"), None),
        (np.timedelta64(90_000_005_000, "ns"), "0 days 90.000005 seconds"),
        (np.timedelta64(-1, "D"), "-1 days 0.000000 seconds"),
        (np.timedelta64(3, "M"), "3 months"),
        (np.timedelta64("NaT"), None),
        (pandas.Timestamp("2024-02-29T01:02:03.000004005", tz="UTC"), "2024-02-29T01:02:03.000004005+00:00"),
        (pandas.Timedelta(days=1, milliseconds=2), "1 days 0.002000 seconds"),
        ([], "{}"),
        ([1, None], '{"1",NULL}'),
        (['a"b', "c\\d", "e,f", "NULL", ""], '{"a\\"b","c\\\\d","e,f","NULL",""}'),
        ([[1, 2], [3, 4]], '{{"1","2"},{"3","4"}}'),
        (np.array([[1, 2], [3, 4]]), '{{"1","2"},{"3","4"}}'),
        ([np.float64(1.5), np.nan, pandas.NA, pandas.NaT], '{"1.5","nan",NULL,NULL}'),
        ([np.datetime64("2024-02-29T00:00", "ns"), None], '{"2024-02-29T00:00:00.000000",NULL}'),
        (np.array(["2024-02-29", "NaT"], "datetime64[ns]"), '{"2024-02-29T00:00:00.000000",NULL}'),
        (np.array([1, 2], "timedelta64[ns]"), '{"0 days 0.000000 seconds","0 days 0.000000 seconds"}'),
        (pandas.Series(["2024-02-29", None], dtype="datetime64[ns]"), '{"2024-02-29T00:00:00",NULL}'),
        (pandas.array([1, None], dtype="Int64"), '{"1",NULL}'),
        ([pandas.Series([1]), pandas.Index([2])], '{{"1"},{"2"}}'),
        (pandas.Series(["a"]), '{"a"}'),
        ({7}, '{"7"}'),
        (frozenset(), "{}"),
        (range(2), '{"0","1"}'),
    ],
)
def test_a_value_becomes_its_text(value: Any, text: str | None) -> None:
    assert parameter_texts([value]) == [text]


def test_no_parameters_are_none_at_all() -> None:
    assert parameter_texts(None) == []
    assert parameter_texts(()) == []


def test_a_mapping_or_a_bare_string_is_refused() -> None:
    for wrong in ({"a": 1}, "abc"):
        with pytest.raises(TypeError, match=r"a list for \$1, \$2 … or a dict for :name"):
            parameter_texts(wrong)  # type: ignore[arg-type]


def test_a_type_without_a_text_is_named() -> None:
    with pytest.raises(TypeError, match="type complex cannot be bound"):
        parameter_texts([1j])
