"""What Spark reads of exports, value by value."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from db_connection import Database
from db_connection.dataset import Dataset
from db_connection.export import Compression
from db_connection.s3_files import open_s3, parse_uri

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

READ = """
import json, sys
from pyspark.sql import SparkSession
spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.parquet.enableVectorizedReader", sys.argv[2]).getOrCreate())
frame = spark.read.parquet(sys.argv[1])
print(json.dumps([[str(value) for value in row] for row in frame.orderBy("id").collect()]))
print(json.dumps(frame.columns))
"""


# The vectorized reader of Spark 3.5, its default, does not know BYTE_STREAM_SPLIT, which zstd comes with.
@pytest.mark.parametrize(("compression", "vectorized"), [("zstd", "false"), ("snappy", "true")])
def test_spark_reads_what_the_database_has(
    database: Database, bucket: str, tmp_path: Path, compression: Compression, vectorized: str
) -> None:
    written = database.to_s3(SQL, f"s3://{bucket}/spark/reads-{compression}", compression=compression)
    assert isinstance(written, Dataset)
    s3 = open_s3()
    _, prefix = parse_uri(written.uri)
    for number, file in enumerate(written.manifest.files):
        bytes_ = s3.open_input_stream(f"{bucket}/{prefix}/{file.path}").read()
        (tmp_path / f"{number}.parquet").write_bytes(bytes_)
    read = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path), vectorized],
        env={**os.environ, "TZ": "UTC"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    rows, columns = (json.loads(line) for line in read.stdout.splitlines())
    expected = database.query_arrow(f"{SQL} ORDER BY id")
    assert columns == expected.column_names

    def text(value: object) -> str:
        if isinstance(value, bytes):
            return str(bytearray(value))
        return str(value).removesuffix("+00:00")

    assert rows == [[text(value) for value in row.values()] for row in expected.to_pylist()]
