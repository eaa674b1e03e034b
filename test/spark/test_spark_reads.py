"""What Spark reads of exports, value by value."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from db_connection import Database
from db_connection.export import Compression
from support.spark import fetch, texts

SQL = """
    SELECT g::int AS id, g::smallint AS small, g * 1000000007::bigint AS big, g % 2 = 0 AS flag,
      (g / 3.0)::real AS r, CASE WHEN g % 5 > 0 THEN (g / 7.0)::double precision END AS d,
      (g / 7.0)::numeric(12,2) AS amount, (g / 7.0)::numeric(30,4) AS wide, 'ž' || g AS t,
      (ARRAY['view', 'click', NULL])[g % 3 + 1] AS kind, '{"a": 12345678901234567890}'::jsonb AS j,
      '\\x00ff'::bytea AS raw, date '1969-07-20' + g AS day,
      timestamp '1969-07-20' + g * interval '1.000001 h' AS at,
      timestamptz '2026-01-31 23:00Z' + g * interval '1 h' AS moment,
      CASE WHEN g % 3 > 0 THEN ARRAY[g, NULL, -g] END AS list, ARRAY['a,b', NULL, '"', ''] AS words
    FROM generate_series(1, 3000) g"""

COLUMNS = 1_600
# Exports whose shape is not that of a table.
SHAPES = {
    "one-row": SQL.replace("3000", "1"),
    "no-rows": f"{SQL} WHERE g < 0",
    "one-column": "SELECT g AS id FROM generate_series(1, 3000) g",
    "many-columns": f"""
        SELECT g AS id, {", ".join(f"g + {n} AS c{n}" for n in range(1, COLUMNS))}
        FROM generate_series(1, 20) g""",
    "lists": """
        SELECT g AS id, CASE WHEN g % 5 > 0 THEN ARRAY(SELECT generate_series(1, g % 4)) END AS numbers,
          CASE WHEN g % 7 > 0 THEN ARRAY[NULL, 'ž' || g, ''] END AS words
        FROM generate_series(1, 3000) g""",
}

READ = """
import json, sys
from pyspark.sql import SparkSession
spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.parquet.enableVectorizedReader", sys.argv[1]).getOrCreate())
for place in sys.argv[2:]:
    frame = spark.read.parquet(place)
    print(json.dumps([[str(value) for value in row] for row in frame.orderBy("id").collect()]))
    print(json.dumps(frame.columns))
"""


# The vectorized reader of Spark 3.5, its default, does not know BYTE_STREAM_SPLIT, which zstd comes with.
@pytest.mark.parametrize(("compression", "vectorized"), [("zstd", "false"), ("snappy", "true")])
def test_spark_reads_what_the_database_has(
    database: Database, bucket: str, tmp_path: Path, compression: Compression, vectorized: str
) -> None:
    written = database.to_s3(SQL, f"s3://{bucket}/spark/reads-{compression}", compression=compression)
    fetch(written, tmp_path, flat=True)
    [read] = spark_reads([tmp_path], vectorized)
    assert read == expected(database, SQL)


def test_spark_reads_exports_of_any_shape(database: Database, bucket: str, tmp_path: Path) -> None:
    for name, sql in SHAPES.items():
        fetch(database.to_s3(sql, f"s3://{bucket}/spark/shape-{name}"), tmp_path / name, flat=True)
    read = spark_reads([tmp_path / name for name in SHAPES], "false")
    for (name, sql), columns_and_rows in zip(SHAPES.items(), read, strict=True):
        assert columns_and_rows == expected(database, sql), name
    assert [len(rows) for _, rows in read] == [1, 0, 3_000, 20, 3_000]
    assert len(read[3][0]) == COLUMNS


def spark_reads(folders: list[Path], vectorized: str) -> list[tuple[list[str], list[list[str]]]]:
    """For each folder its columns and rows, in the order of `id`, with values as Python writes them."""
    read = subprocess.run(
        [sys.executable, "-c", READ, vectorized, *map(str, folders)],
        env={**os.environ, "TZ": "UTC"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in read.stdout.splitlines()]
    return list(zip(lines[1::2], lines[::2], strict=True))


def expected(database: Database, sql: str) -> tuple[list[str], list[list[str]]]:
    rows = database.query_arrow(f"{sql} ORDER BY id")
    return rows.column_names, texts(rows)
