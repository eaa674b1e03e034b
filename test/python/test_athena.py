"""`db.scale_out.sql` against the emulator's Athena.

The emulator keeps statements and runs none, so the test does to S3 what UNLOAD would have done, and fails
where Athena would have failed.
"""

from __future__ import annotations

import io
import os
import re
import signal
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import requests
from botocore.awsrequest import AWSResponse
from db_connection import Cancelled, Database, QueryFailed, ReplicaError
from db_connection.dataset import Dataset

ROWS = pa.table(
    {
        "id": pa.array([1, 2], pa.int64()),
        "amount": pa.array([Decimal("1.50"), None], pa.decimal128(12, 2)),
        "day": pa.array([date(2026, 1, 1), date(2026, 1, 2)]),
    }
)
Hook = Callable[..., Any]


@pytest.fixture
def on(bucket: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Hook], None]:
    """Calls a hook at an event of boto3's clients."""
    session = boto3.Session()
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    register: Callable[[str, Hook], None] = session.events.register
    return register


def s3_keys(bucket: str) -> list[str]:
    found = boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix="athena/")
    return [one["Key"] for one in found.get("Contents", [])]


def test_rows_have_the_types_of_the_parquet_that_athena_writes_and_are_removed(
    database: Database, bucket: str, on: Callable[[str, Hook], None]
) -> None:
    asked: list[dict[str, Any]] = []

    def unload(params: dict[str, Any], **_: Any) -> None:
        asked.append(params)
        _, target = re.findall(r"s3://([^/]+)/([^']+)'", params["QueryString"])[0]
        content = io.BytesIO()
        pq.write_table(ROWS, content)
        # Athena's files have no ending.
        boto3.Session().client("s3").put_object(Bucket=bucket, Key=f"{target}0001", Body=content.getvalue())

    on("provide-client-params.athena.StartQueryExecution", unload)
    found = database.scale_out.sql("SELECT * FROM orders -- all\n;", database="lake", work_group="primary")
    assert found.equals(ROWS)
    (params,) = asked
    assert params["QueryExecutionContext"] == {"Database": "lake"}
    assert params["WorkGroup"] == "primary"
    assert re.fullmatch(
        r"UNLOAD \(\nSELECT \* FROM orders -- all\n\n\)"
        r" TO 's3://.+/athena/.+/rows/' WITH \(format = 'PARQUET'\)",
        params["QueryString"],
    )
    assert s3_keys(bucket) == []


def test_no_rows_have_the_columns_all_the_same(
    database: Database, bucket: str, on: Callable[[str, Hook], None]
) -> None:
    column = {"Precision": 12, "Scale": 2, "CatalogName": "", "SchemaName": "", "TableName": ""}
    types = {"id": "bigint", "amount": "decimal", "day": "date"}
    columns = [{**column, "Name": name, "Label": name, "Type": kind} for name, kind in types.items()]
    result = {"rows": [], "column_info": columns}
    results: Any = {"region": os.environ["AWS_REGION"], "results": [result] * 2}
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    queued = requests.post(f"{endpoint}/moto-api/static/athena/query-results", json=results, timeout=30)
    assert queued.status_code == 201
    found = database.scale_out.sql("SELECT * FROM orders WHERE false", database="lake")
    assert len(found) == 0
    assert found.schema.equals(ROWS.schema)


def test_what_fails_says_why(database: Database, on: Callable[[str, Hook], None]) -> None:
    with pytest.raises(ReplicaError) as caught:
        database.scale_out.sql("SELECT 1", database="lake", work_group="nobodys")
    assert caught.value.code == "bad-request"
    assert "WorkGroup" in str(caught.value)
    assert "nobodys" in str(caught.value)
    ends = {
        "State": "FAILED",
        "StateChangeReason": "TABLE_NOT_FOUND: line 2:15: Table 'orders' does not exist",
    }

    def end(parsed: dict[str, Any], **_: Any) -> None:
        parsed["QueryExecution"]["Status"] = ends

    on("after-call.athena.GetQueryExecution", end)
    with pytest.raises(QueryFailed) as failed:
        database.scale_out.sql("SELECT * FROM orders", database="lake")
    assert failed.value.code == "query-failed"
    assert "TABLE_NOT_FOUND" in str(failed.value)
    ends = {"State": "CANCELLED"}
    with pytest.raises(Cancelled):
        database.scale_out.sql("SELECT * FROM orders", database="lake")


class Refusal:
    """The body of an answer."""

    def stream(self, **_: Any) -> list[bytes]:
        return [b'{"__type": "AccessDeniedException", "Message": "not athena:StartQueryExecution"}']


def test_what_is_not_allowed_says_what_to_ask_for(
    database: Database, on: Callable[[str, Hook], None]
) -> None:
    on("before-send.athena", lambda request, **_: AWSResponse(request.url, 400, {}, Refusal()))
    with pytest.raises(QueryFailed) as caught:
        database.scale_out.sql("SELECT 1", database="lake")
    assert caught.value.code == "permission-denied"
    assert "athena:StartQueryExecution" in str(caught.value)
    assert "glueDatabases" in str(caught.value)


def test_an_interrupt_stops_the_statement(database: Database, on: Callable[[str, Hook], None]) -> None:
    started: list[str] = []

    def interrupt(parsed: dict[str, Any], **_: Any) -> None:
        started.append(parsed["QueryExecution"]["QueryExecutionId"])
        os.kill(os.getpid(), signal.SIGINT)

    on("after-call.athena.GetQueryExecution", interrupt)
    with pytest.raises(KeyboardInterrupt):
        database.scale_out.sql("SELECT 1", database="lake")
    (execution,) = started
    told = boto3.Session().client("athena").get_query_execution(QueryExecutionId=execution)
    assert told["QueryExecution"]["Status"]["State"] == "CANCELLED"


def test_a_version_that_stands_becomes_a_table(database: Database, bucket: str) -> None:
    glue = boto3.client("glue")
    glue.create_database(DatabaseInput={"Name": "lake"})
    uri = f"s3://{bucket}/athena-tables/orders"
    first, second = (database.to_s3(f"SELECT {one} AS id", uri) for one in (1, 2))
    assert isinstance(first, Dataset)
    assert isinstance(second, Dataset)

    def location() -> str:
        table = glue.get_table(DatabaseName="lake", Name="orders")["Table"]
        return str(table["StorageDescriptor"]["Location"])

    assert database.scale_out.register(uri, "lake.orders").folder == second.folder == location()
    older = database.scale_out.register(uri, "lake.orders", first.manifest.version)
    assert older.folder == first.folder == location()
    other = database.to_s3("SELECT 3 AS id", f"s3://{bucket}/athena-tables/other")
    assert isinstance(other, Dataset)
    for place, table, code in [
        (other.uri, "lake.orders", "bad-request"),
        (uri, "nowhere.orders", "not-found"),
        (f"s3://{bucket}/athena-tables/none", "lake.none", "not-found"),
    ]:
        with pytest.raises(ReplicaError) as caught:
            database.scale_out.register(place, table)
        assert caught.value.code == code
    assert first.folder == location()
    with pytest.raises(ValueError, match=r"lake\.orders"):
        database.scale_out.register(uri, "orders")
