"""The code that JupyterLab offers for readers, tried with the readers themselves.

Jest holds the templates to the same golden file (test/lab/read-code/read-code.test.ts).
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import duckdb
import pytest
from db_connection import Database
from db_connection.dataset import Dataset
from db_connection.s3_files import open_s3
from pyarrow import fs
from support.stack import Stack

FileFormat = Literal["parquet", "csv", "csv.gz", "arrow"]
FIXTURES = Path(__file__).parents[1] / "fixtures"
GOLDEN: list[dict[str, str | None]] = json.loads((FIXTURES / "read-code.json").read_text())
VERSION = json.loads((FIXTURES / "contract" / "manifest.json").read_text())["version"]
ROWS = 40
SQL = f"SELECT id, status, created_at, note FROM orders WHERE id <= {ROWS} ORDER BY id"
CASES = [
    pytest.param(one["name"], one["reader"], one["code"], id=f"{one['name']}, {one['reader']}")
    for one in GOLDEN
    if one["code"] is not None
]


@pytest.fixture
def bucket(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in stack.environment.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    # The emulator has no TLS, which polars wants to be told.
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    return stack.environment["JUPYTERLAB_REPLICA_DATA_BUCKET"]


@cache
def written(database: Database, bucket: str, name: str) -> Dataset | str:
    """Export what a case reads, once."""
    *partitioned, format_name, kind = name.split(" ")
    file_format = cast(FileFormat, format_name)
    address = f"s3://{bucket}/read-code/{name.replace(' ', '-')}"
    if kind == "object":
        return database.to_s3(SQL, f"{address}.{file_format}", single=True, format=file_format)
    keys = ["created_at:month", "status"] if partitioned else []
    return database.to_s3(SQL, address, partition_by=keys, format=file_format)


def of_this_run(code: str, target: Dataset | str) -> str:
    """Return the golden code with the addresses of what was written."""
    if isinstance(target, str):
        return re.sub(r"s3://bucket/lake/one\.[a-z.]+[a-z]", target, code)
    return code.replace("s3://bucket/lake/orders", target.uri).replace(VERSION, target.manifest.version)


def run(code: str) -> Any:
    names: dict[str, Any] = {}
    exec(code, names)
    return names["df"]


def run_duckdb(code: str, directory: Path) -> Any:
    """Run the query on a copy of the objects: the httpfs extension comes from the network."""
    statements = re.findall(r'connection\.sql\("(.*)"\)', code)
    connection = duckdb.connect()
    for statement in statements[:-1]:
        assert len(connection.extract_statements(statement)) == 1
    path = re.search(r"'s3://([^']+)'", statements[-1])
    assert path
    source = path.group(1).split("**")[0].rstrip("/")
    copy = directory / source
    (copy if "**" in path.group(1) else copy.parent).mkdir(parents=True)
    fs.copy_files(source, str(copy), source_filesystem=open_s3(), destination_filesystem=fs.LocalFileSystem())
    return connection.sql(statements[-1].replace("s3://", f"{directory}/")).df()


@pytest.mark.parametrize(("name", "reader", "code"), CASES)
def test_code_reads_all_rows(
    database: Database, bucket: str, tmp_path: Path, name: str, reader: str, code: str
) -> None:
    target = written(database, bucket, name)
    code = of_this_run(code, target)
    if reader == "athena":
        assert isinstance(target, Dataset)
        assert code.split("(")[0] == "CREATE EXTERNAL TABLE `orders` "
        return
    frame = run_duckdb(code, tmp_path) if reader == "duckdb" else run(code)
    assert sorted(int(value) for value in frame["id"]) == list(range(1, ROWS + 1))
    expected = {"id", "status", "created_at", "note"}
    derived = {"created_at_month"} if name.startswith("partitioned") and reader != "pandas" else set()
    assert expected | derived <= set(frame.columns)
    assert "v" not in frame.columns
