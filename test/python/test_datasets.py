"""Datasets as Python writes and reads them, with plain readers as judges."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import duckdb
import pandas
import pyarrow.dataset as ds
import pytest
from db_connection import Database, ExportFailed, QueryFailed, ReplicaError
from db_connection.dataset import Dataset
from db_connection.export import partition
from db_connection.manifest import Manifest
from db_connection.s3_files import open_s3, parse_uri
from support.stack import Stack

GOLDEN = Path(__file__).parents[1] / "fixtures" / "contract" / "manifest.json"
SQL = """SELECT id, status, created_at, total,
    CASE id % 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'a/b=ü' ELSE 'plain' END AS grade
  FROM orders WHERE id <= :last ORDER BY id"""
TIMES: dict[str, bool] = {}


@pytest.fixture
def orders(database: Database, bucket: str) -> Dataset:
    """Two hundred orders in directories by month and grade, written once."""
    uri = f"s3://{bucket}/python/orders"
    if not TIMES.get(uri):
        TIMES[uri] = True
        written = database.to_s3(
            SQL, uri, params={"last": 200}, partition_by=["created_at:month", "grade"], secret_params=["last"]
        )
        assert isinstance(written, Dataset)
        return written
    return database.dataset(uri)


def test_a_dataset_reads_back_row_for_row(database: Database, orders: Dataset) -> None:
    expected = database.query_arrow(SQL, {"last": 200})
    read = orders.to_arrow().sort_by("id")
    assert read.column_names == expected.column_names
    assert read.cast(expected.schema).to_pylist() == expected.to_pylist()
    assert set(read["grade"].to_pylist()) == {None, "", "a/b=ü", "plain"}


def test_filters_and_columns_reach_the_directories(orders: Dataset) -> None:
    frame = orders.to_pandas(columns=["id", "created_at_month"], filters=[("grade", "==", "a/b=ü")])
    assert sorted(frame["id"]) == [number for number in range(1, 201) if number % 4 == 2]
    assert frame["created_at_month"].str.fullmatch(r"\d{4}-\d{2}").all()
    month = frame["created_at_month"].iloc[0]
    fragments = list(orders.scan().get_fragments(filter=ds.field("created_at_month") == month))
    assert 0 < len(fragments) < len(orders.manifest.files)
    assert orders.to_polars(columns=["id"]).height == 200


def test_plain_readers_read_the_folder_of_a_version(database: Database, bucket: str, orders: Dataset) -> None:
    folder = orders.folder.removeprefix("s3://")
    plain = ds.dataset(folder, filesystem=open_s3(), partitioning="hive").to_table()
    assert plain.num_rows == 200
    assert {"created_at_month", "grade"} <= set(plain.column_names)
    # pandas asks pyarrow for dictionaries, which it cannot unify where one of them has a NULL.
    uri = f"s3://{bucket}/python/by-month"
    by_month = database.to_s3(SQL, uri, params={"last": 200}, partition_by="created_at:month")
    assert isinstance(by_month, Dataset)
    frame = pandas.read_parquet(by_month.folder.removeprefix("s3://"), filesystem=open_s3())
    assert sorted(frame["id"]) == list(range(1, 201))


def test_duckdb_reads_the_folder_of_a_version(orders: Dataset, tmp_path: Path) -> None:
    s3 = open_s3()
    bucket, prefix = parse_uri(orders.uri)
    for file in orders.manifest.files:
        target = tmp_path / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(s3.open_input_stream(f"{bucket}/{prefix}/{file.path}").read())
    pattern = f"{tmp_path}/v={orders.manifest.version}/**/*.parquet"
    found = duckdb.connect().sql(
        f"SELECT count(*), count(DISTINCT grade) FROM read_parquet('{pattern}', hive_partitioning = true)"
    )
    assert found.fetchall() == [(200, 2)]


def test_versions_can_be_listed_compared_and_gone_back_to(database: Database, bucket: str) -> None:
    uri = f"s3://{bucket}/python/versions"
    first = database.to_s3("SELECT id, total FROM orders WHERE id <= 5", uri)
    second = database.to_s3("SELECT id, total::text AS total, status FROM orders WHERE id <= 7", uri)
    assert isinstance(first, Dataset)
    assert isinstance(second, Dataset)
    dataset = database.dataset(uri)
    versions = dataset.versions()
    assert list(versions["sequence"]) == [2, 1]
    assert list(versions["rows"]) == [7, 5]
    assert len(dataset.to_pandas()) == 7
    assert len(dataset.at(1).to_pandas()) == 5
    assert len(dataset.at(first.manifest.version).to_pandas()) == 5
    difference = dataset.diff(1, 2)
    assert (difference.added, difference.removed, difference.rows) == (["status"], [], (5, 7))
    assert difference.changed == {"total": ("numeric(12,2)", "text")}
    with pytest.raises(ReplicaError) as failure:
        dataset.at("never")
    assert failure.value.code == "not-found"
    grown = database.to_s3(
        "SELECT id, total::text AS total, status FROM orders WHERE id = 8", uri, mode="append"
    )
    assert isinstance(grown, Dataset)
    assert sorted(grown.to_pandas()["id"]) == list(range(1, 9))
    with pytest.raises(ExportFailed) as mismatch:
        database.to_s3("SELECT 1 AS id", uri, mode="append")
    assert mismatch.value.code == "dataset-mismatch"


def test_only_the_partitions_that_have_new_rows_are_replaced(database: Database, bucket: str) -> None:
    uri = f"s3://{bucket}/python/replaced"
    sql = "SELECT g AS id, g % 3 AS third, :mark AS mark FROM generate_series(1, 9) g WHERE g % 3 <= :most"
    database.to_s3(sql, uri, params={"mark": "old", "most": 2}, partition_by="third")
    written = database.to_s3(
        sql, uri, params={"mark": "new", "most": 1}, partition_by="third", mode="replace-partitions"
    )
    assert isinstance(written, Dataset)
    marks = written.to_pandas().groupby("third")["mark"].unique().map(list).to_dict()
    assert marks == {0: ["new"], 1: ["new"], 2: ["old"]}
    assert len(written.to_pandas()) == 9


def test_old_versions_go_only_when_asked(database: Database, bucket: str) -> None:
    uri = f"s3://{bucket}/python/retained"
    for number in range(4):
        database.to_s3(f"SELECT {number} AS a", uri)
    dataset = database.dataset(uri)
    assert list(dataset.versions()["sequence"]) == [4, 3, 2, 1]
    database.to_s3("SELECT 4 AS a", uri, keep_days=1)
    assert list(dataset.versions()["sequence"]) == [5, 4, 3, 2, 1]
    database.to_s3("SELECT 5 AS a", uri, keep_versions=3)
    assert list(dataset.versions()["sequence"]) == [6, 5, 4]
    database.to_s3("SELECT 6 AS a", uri, keep_days=0)
    assert list(dataset.versions()["sequence"]) == [7]
    assert dataset.to_arrow().to_pylist() == [{"a": 6}]


def test_files_end_at_about_the_size_that_is_asked_for(database: Database, bucket: str) -> None:
    sql = "SELECT g AS id, md5(g::text) AS digest FROM generate_series(1, 300000) g"
    whole = database.to_s3(sql, f"s3://{bucket}/python/whole")
    cut = database.to_s3(sql, f"s3://{bucket}/python/cut", target_file_bytes=2_000_000)
    assert isinstance(whole, Dataset)
    assert isinstance(cut, Dataset)
    assert len(whole.manifest.files) == 1
    sizes = [file.size_bytes for file in cut.manifest.files]
    assert len(sizes) > 2
    # A file ends with the batch that takes it there.
    assert max(sizes) < 6_000_000
    assert cut.to_arrow().sort_by("id").equals(whole.to_arrow().sort_by("id"))


def test_a_glue_table_shows_the_new_version(database: Database, stack: Stack, bucket: str) -> None:
    glue = boto3.client("glue", endpoint_url=stack.environment["AWS_ENDPOINT_URL"])
    glue.create_database(DatabaseInput={"Name": "python"})
    uri = f"s3://{bucket}/python/glued"
    for _ in range(2):
        written = database.to_s3(
            "SELECT g AS id, g % 2 = 0 AS even FROM generate_series(1, 4) g",
            uri,
            partition_by="even",
            glue_table="python.glued",
        )
        assert isinstance(written, Dataset)
        table = glue.get_table(DatabaseName="python", Name="glued")["Table"]
        assert table["StorageDescriptor"]["Location"] == written.folder
        assert [column["Name"] for column in table["PartitionKeys"]] == ["even"]
        partitions = glue.get_partitions(DatabaseName="python", TableName="glued")["Partitions"]
        assert sorted(partition["Values"] for partition in partitions) == [["false"], ["true"]]
    for name in ("no_database", "python.", ".glued"):
        with pytest.raises(ValueError, match=r"is not written as database\.table"):
            database.to_s3("SELECT 1 AS a", uri, glue_table=name)


def test_a_frame_is_of_one_version_whatever_is_committed_meanwhile(
    database: Database, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = f"s3://{bucket}/python/overtaken"
    first = database.to_s3("SELECT 1 AS old", uri)
    assert isinstance(first, Dataset)
    version = first.manifest.version
    dataset = database.dataset(uri)
    reads: list[int] = []
    read = dataset._read

    def overtaken(sequence: int) -> Manifest:
        manifest = read(sequence)
        if not reads:
            database.to_s3("SELECT 2 AS new", uri)
        reads.append(sequence)
        return manifest

    monkeypatch.setattr(dataset, "_read", overtaken)
    frame = dataset.to_pandas()
    assert frame.to_dict("list") == {"old": [1]}
    assert frame.attrs["version"] == version
    assert reads == [1]
    assert dataset.to_arrow().column_names == ["new"]


def test_partitions_without_rows_have_their_columns(database: Database, bucket: str) -> None:
    uri = f"s3://{bucket}/python/no-rows"
    sql = """SELECT 1::int2 AS small, 2::int8 AS big, 1.5::numeric(12,2) AS price, 1.5::float4 AS ratio,
        current_date AS day, now() AS at, now()::timestamp AS local, current_time::time AS hour, true AS yes,
        '{1}'::int4[] AS list, '{a}'::text[] AS names, 'a'::bytea AS bytes, '{}'::jsonb AS doc, 'x' AS kind"""
    columns = database.query_arrow(sql).schema
    written = database.to_s3(f"SELECT * FROM ({sql}) AS r WHERE false", uri, partition_by="kind")
    assert isinstance(written, Dataset)
    assert written.manifest.files == ()
    read = written.to_arrow()
    assert read.num_rows == 0
    assert [(field.name, field.type) for field in read.schema] == [
        (field.name, field.type) for field in columns
    ]
    assert written.to_pandas(columns=["price"], filters=[("big", ">", 1)]).empty


def test_the_manifest_knows_the_state_of_the_database(orders: Dataset) -> None:
    manifest = orders.manifest
    assert manifest.sql.startswith("SELECT id, status")
    assert manifest.params == (None,)
    assert manifest.as_of is not None
    assert manifest.lsn is not None
    assert manifest.snapshot is not None
    assert [column.hive for column in manifest.schema] == [
        "bigint",
        "string",
        "timestamp",
        "decimal(12,2)",
        "string",
    ]


def test_what_fails_leaves_no_version(database: Database, bucket: str) -> None:
    uri = f"s3://{bucket}/python/failed"
    with pytest.raises(QueryFailed):
        database.to_s3("SELECT 1 / (5000 - g) AS x FROM generate_series(1, 9000) g", uri)
    with pytest.raises(ReplicaError, match="There is no dataset at"):
        database.dataset(uri).to_pandas()


def test_a_single_object_and_other_formats(database: Database, bucket: str) -> None:
    uri = f"s3://{bucket}/python/one.parquet"
    assert database.to_s3("SELECT 1 AS a", uri, single=True) == uri
    frame = pandas.read_parquet(uri.removeprefix("s3://"), filesystem=open_s3())
    assert list(frame["a"]) == [1]
    arrow = database.to_s3("SELECT 7 AS a", f"s3://{bucket}/python/arrow", format="arrow")
    assert isinstance(arrow, Dataset)
    assert arrow.to_arrow().to_pylist() == [{"a": 7}]


def test_objects_are_kept_as_asked(database: Database, stack: Stack, bucket: str) -> None:
    uri = f"s3://{bucket}/python/kept"
    written = database.to_s3(
        "SELECT 1 AS a",
        uri,
        kms_key="alias/exports",
        bucket_key=True,
        tags={"team": "data"},
        storage_class="STANDARD_IA",
    )
    assert isinstance(written, Dataset)
    s3 = boto3.client("s3", endpoint_url=stack.environment["AWS_ENDPOINT_URL"])
    _, prefix = parse_uri(uri)
    for key in (f"{prefix}/{written.manifest.files[0].path}", f"{prefix}/_manifests/0000000001.json"):
        head = s3.head_object(Bucket=bucket, Key=key)
        assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", "alias/exports")
        assert (head["BucketKeyEnabled"], head["StorageClass"]) == (True, "STANDARD_IA")
        tags = s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
        assert tags == [{"Key": "team", "Value": "data"}]
    with pytest.raises(ReplicaError, match="12 digits"):
        database.to_s3("SELECT 1 AS a", uri, bucket_owner="me")


def test_athena_gets_a_table_with_its_partitions() -> None:
    manifest = Manifest.parse(json.loads(GOLDEN.read_text()))
    dataset = Dataset("s3://bucket/lake/orders", manifest.version, s3=object())
    dataset._known = manifest
    assert dataset.athena() == (
        "CREATE EXTERNAL TABLE `orders` (\n"
        "  `id` bigint,\n"
        "  `created_at` timestamp\n"
        ")\n"
        "PARTITIONED BY (`created_at_month` string, `status` string)\n"
        "STORED AS PARQUET\n"
        "LOCATION 's3://bucket/lake/orders/v=20261125T221500Z-3f9a1c2b/';\n"
        "\n"
        "ALTER TABLE `orders` ADD IF NOT EXISTS\n"
        "  PARTITION (`created_at_month` = '2026-01', `status` = 'paid/open') LOCATION "
        "'s3://bucket/lake/orders/v=20261125T221500Z-3f9a1c2b/created_at_month=2026-01/status=paid%2Fopen/'\n"
        "  PARTITION (`created_at_month` = '2026-02', `status` = '__HIVE_DEFAULT_PARTITION__') LOCATION "
        "'s3://bucket/lake/orders/v=20261125T221500Z-3f9a1c2b/created_at_month=2026-02/"
        "status=__HIVE_DEFAULT_PARTITION__/';"
    )


def test_partitions_are_columns_or_date_parts() -> None:
    assert partition("status") == {"column": "status", "part": None}
    assert partition("created_at:month") == {"column": "created_at", "part": "month"}
    with pytest.raises(ValueError, match="names no date part"):
        partition("created_at:week")


@pytest.mark.parametrize("uri", ["orders", "s3://bucket", "https://bucket/key"])
def test_other_addresses_are_refused(uri: str) -> None:
    with pytest.raises(ValueError, match="is no address such as"):
        parse_uri(uri)
