"""Arrow columns as pandas, value by value."""

from __future__ import annotations

import gc
from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pandas
import pyarrow as pa
import pytest
from db_connection.frames import to_frame

INT64_MAX = 2**63 - 1
INT32_MAX = 2**31 - 1
YEAR_20000_DAYS = 6_585_322


def frame_of(values: list[Any], kind: Any, pg_type: str = "", chunks: int = 1) -> pandas.DataFrame:
    metadata = {b"pg:type": pg_type.encode()} if pg_type else None
    schema = pa.schema([pa.field("x", kind, metadata=metadata)])
    size = max(1, -(-len(values) // chunks))
    batches = [
        pa.record_batch([pa.array(values[start : start + size], kind)], schema=schema)
        for start in range(0, len(values), size)
    ]
    return to_frame(pa.Table.from_batches(batches, schema=schema))


@pytest.mark.parametrize(
    ("kind", "name"), [(pa.int16(), "int16"), (pa.int32(), "int32"), (pa.int64(), "int64")]
)
def test_integers_stay_integers_with_and_without_null(kind: Any, name: str) -> None:
    assert frame_of([1, 2], kind)["x"].dtype == name
    with_null = frame_of([1, None], kind)["x"]
    assert with_null.dtype == name.capitalize()
    assert with_null[1] is pandas.NA


def test_a_bigint_beyond_2_to_the_53_keeps_its_last_digit() -> None:
    assert frame_of([2**53 + 1, None], pa.int64())["x"][0] == 2**53 + 1


def test_booleans_stay_booleans_with_null() -> None:
    assert frame_of([True, False], pa.bool_())["x"].dtype == "bool"
    assert frame_of([True, None], pa.bool_())["x"].dtype == "boolean"


def test_numeric_aggregates_as_numbers() -> None:
    table = pa.table(
        {
            "status": ["paid", "paid", "open"],
            "total": pa.array([Decimal("1.10"), Decimal("2.20"), None], pa.decimal128(12, 2)),
            "id": [1, 2, 3],
        }
    )
    sums = to_frame(table).groupby("status").agg({"total": "sum", "id": "count"})
    assert sums.loc["paid", "total"] == pytest.approx(3.3)
    assert sums.loc["paid", "id"] == 2


@pytest.mark.parametrize("chunks", [1, 2])
@pytest.mark.parametrize(
    "texts",
    [
        ["0.10", "123456789.99", "-7.07", None, "90071992547409.91"],
        ["0.10", "99999999999999999999.99", "-99999999999999999999.99", None],
        [None, None],
    ],
)
def test_a_decimal_is_the_nearest_float(texts: list[str | None], chunks: int) -> None:
    values = [None if text is None else Decimal(text) for text in texts]
    result = frame_of(values, pa.decimal128(22, 2), "numeric(22,2)", chunks)["x"]
    assert result.dtype == "float64"
    for value, text in zip(result, texts, strict=True):
        assert np.isnan(value) if text is None else value == float(text)


def test_a_sliced_decimal_column_keeps_its_place() -> None:
    table = pa.table(
        {"x": pa.array([Decimal("1.10"), Decimal("2.20"), Decimal("3.30")], pa.decimal128(5, 2))}
    )
    assert to_frame(table.slice(1, 2))["x"].tolist() == [2.2, 3.3]


def test_numeric_without_scale_comes_as_text_and_becomes_float() -> None:
    values = ["1.5", "NaN", "Infinity", "-Infinity", None, "1e3"]
    result = frame_of(values, pa.string(), "numeric")["x"]
    assert result.dtype == "float64"
    assert result[0] == 1.5
    assert result[2] == np.inf
    assert np.isnan(result[1])
    assert np.isnan(result[4])


def test_text_that_looks_like_a_number_stays_text() -> None:
    assert frame_of(["1.5"], pa.string(), "text")["x"][0] == "1.5"


def test_text_has_the_default_string_type_of_pandas() -> None:
    assert frame_of(["ü", None], pa.string())["x"].dtype == pandas.Series(["ü", None]).dtype


def test_timestamps_keep_microseconds_and_zone() -> None:
    moment = datetime(2024, 2, 29, 23, 59, 59, 999_999, timezone.utc)
    zoned = frame_of([moment, None], pa.timestamp("us", "UTC"))["x"]
    assert zoned.dtype == "datetime64[us, UTC]"
    assert zoned[0] == moment
    assert zoned[1] is pandas.NaT
    naive = frame_of([moment.replace(tzinfo=None)], pa.timestamp("us"))["x"]
    assert naive.dtype == "datetime64[us]"


@pytest.mark.parametrize("zone", ["UTC", None])
def test_infinite_timestamps_are_nat_and_far_ones_do_not_fail_the_column(zone: str | None) -> None:
    microseconds = YEAR_20000_DAYS * 86_400_000_000
    numbers = pa.array([INT64_MAX, -INT64_MAX - 1, microseconds, 0, None], pa.int64())
    table = pa.table({"x": numbers.cast(pa.timestamp("us", zone))})
    values = to_frame(table)["x"]
    assert values.isna().tolist() == [True, True, False, False, True]
    assert values.dt.year[2] == 20000


def test_dates_have_dt_and_reach_beyond_year_9999() -> None:
    days = pa.array([0, INT32_MAX, -INT32_MAX - 1, YEAR_20000_DAYS, None, -1], pa.int32())
    values = to_frame(pa.table({"x": days.cast(pa.date32())}))["x"]
    assert values.dtype == "datetime64[s]"
    assert values[0] == pandas.Timestamp(date(1970, 1, 1))
    assert values.isna().tolist() == [False, True, True, False, True, False]
    assert values.dt.year[3] == 20000
    assert (values > "1969-12-31").tolist() == [True, False, False, True, False, False]


def test_a_time_that_python_lacks_makes_its_column_text() -> None:
    assert frame_of([time(1, 2), None], pa.time64("us"))["x"].tolist() == [time(1, 2), None]
    numbers = pa.array([86_400_000_000, 3_600_000_000, None], pa.int64())
    texts = to_frame(pa.table({"x": numbers.cast(pa.time64("us"))}))["x"]
    assert texts[0] == "24:00:00"
    assert texts[1] == "01:00:00.000000"
    assert pandas.isna(texts[2])


def lists_of(numbers: list[list[int | None] | None], whole: Any, kind: Any, chunks: int) -> pa.ChunkedArray:
    """Lists of `kind` from their numbers, the first list cut off by a slice."""
    values = pa.array([[0], *numbers], pa.list_(whole)).cast(pa.list_(kind)).slice(1)
    size = -(-len(values) // chunks)
    return pa.chunked_array([values.slice(start, size) for start in range(0, len(values), size)])


@pytest.mark.parametrize("chunks", [1, 3])
@pytest.mark.parametrize(
    ("whole", "kind", "day"),
    [
        (pa.int32(), pa.date32(), date(1970, 1, 1)),
        (pa.int64(), pa.timestamp("us"), datetime(1970, 1, 1)),
        (pa.int64(), pa.timestamp("us", "UTC"), datetime(1970, 1, 1, tzinfo=timezone.utc)),
    ],
)
def test_infinities_in_lists_are_none(whole: Any, kind: Any, day: date, chunks: int) -> None:
    largest = INT32_MAX if whole == pa.int32() else INT64_MAX
    numbers: list[list[int | None] | None] = [[largest, 0, -largest - 1], None, [], [None, 0], [0]]
    values = to_frame(pa.table({"x": lists_of(numbers, whole, kind, chunks)}))["x"]
    assert values.tolist() == [[None, day, None], None, [], [None, day], [day]]


@pytest.mark.parametrize("chunks", [1, 3])
def test_a_time_that_python_lacks_makes_the_lists_of_its_column_text(chunks: int) -> None:
    hour, day = 3_600_000_000, 86_400_000_000
    lists = lists_of([[hour, None], None, [], [0], [day]], pa.int64(), pa.time64("us"), chunks)
    texts = to_frame(pa.table({"x": lists}))["x"]
    assert texts.tolist() == [["01:00:00.000000", None], None, [], ["00:00:00.000000"], ["24:00:00"]]
    times = to_frame(pa.table({"x": lists}).slice(0, 4))["x"]
    assert times.tolist() == [[time(1), None], None, [], [time(0)]]


def test_a_list_with_a_date_that_python_lacks_does_not_fail_the_column() -> None:
    days = pa.array([[YEAR_20000_DAYS, INT32_MAX], None], pa.list_(pa.int32()))
    values = to_frame(pa.table({"x": days.cast(pa.list_(pa.date32()))}))["x"]
    assert pa.array(values.array).cast(pa.list_(pa.string())).to_pylist() == [["20000-01-01", None], None]


def test_arrays_are_lists() -> None:
    values = frame_of([[1, None], [], None], pa.list_(pa.int32()))["x"]
    assert values[0] == [1, None]
    assert values[1] == []
    assert values[2] is None
    decimals = pa.list_(pa.decimal128(12, 2))
    assert frame_of([[Decimal("1.10")]], decimals, "numeric(12,2)[]")["x"][0] == [1.1]
    assert frame_of([["1.5", None]], pa.list_(pa.string()), "numeric[]")["x"][0] == [1.5, None]


def test_an_array_of_several_dimensions_is_the_text_of_postgresql() -> None:
    assert frame_of(["{{1.5,2},{3,4}}"], pa.string(), "numeric(5,2)[]")["x"][0] == "{{1.5,2},{3,4}}"


def test_bytea_is_bytes() -> None:
    assert frame_of([b"\x00\xff", None], pa.binary())["x"][0] == b"\x00\xff"


def test_equal_column_names_survive() -> None:
    table = pa.table([[1], ["a"]], names=["x", "x"])
    assert list(to_frame(table).columns) == ["x", "x"]
    assert to_frame(table).iloc[0].tolist() == [1, "a"]


def test_no_rows_keep_their_types_and_no_columns_their_rows() -> None:
    assert frame_of([], pa.int64())["x"].dtype == "int64"
    assert to_frame(pa.table({})).shape == (0, 0)


def test_a_count_is_a_number() -> None:
    count = to_frame(pa.table({"count": pa.array([42], pa.int64())}))
    assert f"{count['count'][0]} rows" == "42 rows"


@pytest.mark.parametrize("chunks", [1, 3])
@pytest.mark.parametrize("kind", [pa.int64(), pa.float64(), pa.timestamp("us"), pa.date32()])
def test_a_user_may_assign_to_the_frame(kind: Any, chunks: int) -> None:
    frame = frame_of([0, 1, 2], kind, chunks=chunks)
    frame.iloc[[0], 0] = frame.iloc[[1], 0].to_numpy()
    assert frame["x"][0] == frame["x"][1]


@pytest.mark.parametrize("chunks", [1, 3])
def test_lists_are_python_lists_of_python_values(chunks: int) -> None:
    numbers = [[9], [1, 2], None, [], [3, None], [4]]
    for kind, value in [(pa.int32(), int), (pa.float64(), float), (pa.string(), str)]:
        lists = pa.chunked_array(
            [pa.array(numbers, pa.list_(pa.int64())).cast(pa.list_(kind)).slice(1)] * chunks
        )
        rows = to_frame(pa.table({"x": lists}))["x"].tolist()
        assert rows == [[value(1), value(2)], None, [], [value(3), None], [value(4)]] * chunks
        assert type(rows[0][0]) is value


def test_the_garbage_collector_is_left_as_it_was() -> None:
    lists = pa.table({"x": pa.array([[1]], pa.list_(pa.int64()))})
    assert gc.isenabled()
    to_frame(lists)
    assert gc.isenabled()
    gc.disable()
    try:
        to_frame(lists)
        assert not gc.isenabled()
    finally:
        gc.enable()
