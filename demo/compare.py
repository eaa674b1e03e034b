"""Compares a Parquet object cell by cell with what psycopg reads from the replica.

    python demo/compare.py s3://BUCKET/KEY "SELECT … ORDER BY …"

The secret, the CA and S3 are found through the environment as the gateway finds them. Prints one JSON
line with rows, columns, cells and bytes; a difference ends it with exit code 1 and the first differing cell
on standard error.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import boto3
import psycopg
import pyarrow.parquet as pq
import s3fs
from psycopg.types.string import TextLoader

BATCH_ROWS = 20_000

# The gateway writes these as PostgreSQL's own text.
AS_TEXT = ["uuid", "json", "jsonb", "inet", "cidr", "interval"]


def connect() -> psycopg.Connection[tuple[Any, ...]]:
    """Opens the replica with the credentials of the secret, TLS verified."""
    client = boto3.client("secretsmanager")
    answer = client.get_secret_value(SecretId=os.environ["JUPYTERLAB_REPLICA_SECRET_ID"])
    secret = json.loads(answer["SecretString"])
    connection = psycopg.connect(
        host=secret["readerHost"],
        port=secret["readerPort"],
        dbname=secret["dbname"],
        user=secret["username"],
        password=secret["password"],
        sslmode="verify-full",
        sslrootcert=os.environ["PGSSLROOTCERT"],
    )
    for name in AS_TEXT:
        connection.adapters.register_loader(name, TextLoader)
    return connection


def rows_of_database(connection: psycopg.Connection[tuple[Any, ...]], sql: str) -> Iterator[tuple[Any, ...]]:
    """The statement's rows, through a cursor in the server."""
    with connection.cursor(name="compare") as cursor:
        cursor.itersize = BATCH_ROWS
        cursor.execute(sql.encode())
        yield from cursor


def rows_of_parquet(file: pq.ParquetFile) -> Iterator[tuple[Any, ...]]:
    """The object's rows, batch after batch."""
    for batch in file.iter_batches(BATCH_ROWS):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def is_same(written: Any, read: Any) -> bool:
    """Equality in which NaN equals NaN and a numeric without scale may be written as its text."""
    if isinstance(read, float) and isinstance(written, float):
        return written == read or (math.isnan(written) and math.isnan(read))
    if isinstance(read, Decimal) and isinstance(written, str):
        return written == str(read) or Decimal(written) == read
    return type(written) is type(read) and bool(written == read)


def main() -> int:
    """Compares and reports."""
    uri, sql = sys.argv[1:]
    storage = s3fs.S3FileSystem()
    size_bytes = storage.info(uri)["size"]
    with storage.open(uri) as handle, connect() as connection:
        file = pq.ParquetFile(handle)
        names = file.schema_arrow.names
        rows = 0
        pairs = zip(rows_of_parquet(file), rows_of_database(connection, sql), strict=True)
        for written, read in pairs:
            for name, left, right in zip(names, written, read, strict=True):
                if not is_same(left, right):
                    print(
                        f"Row {rows}, column {name}: the object has {left!r}, the database {right!r}.",
                        file=sys.stderr,
                    )
                    return 1
            rows += 1
    print(json.dumps({"rows": rows, "columns": len(names), "cells": rows * len(names), "bytes": size_bytes}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
