"""The table of a version for Athena, made by Spark with its Hive catalog: Athena's DDL is Hive's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from db_connection import Database
from db_connection.dataset import Dataset
from support.spark import fetch, texts

SQL = """
    SELECT g::int AS id, g * 1000000007::bigint AS big, g % 2 = 0 AS flag, (g / 7.0)::double precision AS d,
      (g / 7.0)::numeric(12,2) AS amount, 'ž' || g AS "Odd name", '\\x00ff'::bytea AS raw,
      date '1969-07-20' + g AS day, timestamptz '2026-01-31 23:00Z' + g * interval '1 h' AS moment,
      CASE WHEN g % 3 > 0 THEN ARRAY[g, NULL, -g] END AS list,
      (ARRAY[NULL, 'paid/open', 'späť'])[g % 3 + 1] AS status
    FROM generate_series(1, 900) g"""

RUN = """
import json, sys
from pyspark.sql import SparkSession
spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    .config("spark.sql.session.timeZone", "UTC").config("spark.sql.warehouse.dir", sys.argv[1])
    .config("spark.hadoop.javax.jdo.option.ConnectionURL", "jdbc:derby:memory:metastore;create=true")
    .config("spark.driver.extraJavaOptions", "-Dderby.system.home=" + sys.argv[1])
    .config("spark.sql.parquet.enableVectorizedReader", "false").enableHiveSupport().getOrCreate())
for statement in sys.stdin.read().split(";\\n"):
    if statement.strip(" \\n;"):
        spark.sql(statement.strip(" \\n;"))
for query in sys.argv[2:]:
    frame = spark.sql(query)
    print(json.dumps([frame.columns, [[str(value) for value in row] for row in frame.collect()]]))
"""


def test_the_table_has_every_row_type_and_partition(database: Database, bucket: str, tmp_path: Path) -> None:
    written = database.to_s3(SQL, f"s3://{bucket}/spark/athena", partition_by=["moment:month", "status"])
    assert isinstance(written, Dataset)
    folder = tmp_path / "dataset"
    fetch(written, folder)
    ddl = written.athena("orders").replace(written.uri, folder.as_uri())
    rows, partitions = run(
        ddl,
        tmp_path / "warehouse",
        "SELECT * FROM orders ORDER BY id",
        "SELECT status, count(*) FROM orders WHERE moment_month = '2026-02' GROUP BY status ORDER BY status",
    )
    expected = database.query_arrow(
        f"""SELECT id, big, flag, d, amount, "Odd name", raw, day, moment, list,
          to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM') AS moment_month, status FROM ({SQL}) q ORDER BY id"""
    )
    assert rows == [expected.column_names, texts(expected)]
    february = database.query_arrow(
        f"""SELECT status, count(*) FROM ({SQL}) q
          WHERE to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM') = '2026-02'
          GROUP BY status ORDER BY status COLLATE "C" NULLS FIRST"""
    )
    assert partitions[1] == texts(february)


def run(ddl: str, warehouse: Path, *queries: str) -> list[list[list[object]]]:
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(warehouse), *queries],
        env={**os.environ, "TZ": "UTC"},
        input=ddl,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=warehouse.parent,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]
